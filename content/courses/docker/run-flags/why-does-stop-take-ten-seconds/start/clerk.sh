#!/bin/sh
trap 'echo "clerk: closing the book"; exit 0' TERM
echo "clerk: open"
while true; do
  sleep 1
done
