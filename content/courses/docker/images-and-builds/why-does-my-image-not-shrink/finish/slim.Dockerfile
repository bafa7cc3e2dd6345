FROM debian:12-slim
RUN apt-get update && \
    apt-get install -y --no-install-recommends curl && \
    rm -rf /var/lib/apt/lists/*
RUN --mount=type=bind,source=measurements.csv,target=/tmp/in.csv \
    mkdir /data && gzip -c /tmp/in.csv > /data/measurements.csv.gz
CMD ["ls", "-l", "/data"]
