#!/bin/sh
# Like a database: sets up an empty directory, and leaves one with data as it is.
if [ -e /data/owner ]; then
  echo "found data, nothing to set up"
else
  echo "$OWNER" > /data/owner
  echo "set up for $OWNER"
fi
echo "this store belongs to $(cat /data/owner)"
