FROM alpine
RUN apk add --no-cache curl
RUN --mount=type=bind,source=measurements.csv,target=/tmp/in.csv \
    mkdir /data && gzip -c /tmp/in.csv > /data/measurements.csv.gz
CMD ["ls", "-l", "/data"]
