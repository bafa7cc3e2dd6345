#!/bin/sh
# Stands for npm, pip or git, which want a token before they hand out a private package.
if [ "$1" != "sesame-2026" ]; then
  echo "403 Forbidden: wrong token"
  exit 1
fi
echo "the private package" > /package
