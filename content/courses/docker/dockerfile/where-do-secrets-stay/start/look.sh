#!/bin/sh
# Unpacks every layer of an image and prints each token.txt that is in one.
rm -rf /tmp/look && mkdir -p /tmp/look && cd /tmp/look || exit 1
docker save "$1" | tar -x
for blob in blobs/sha256/*; do
  tar -xOf "$blob" token.txt 2>/dev/null
done
true
