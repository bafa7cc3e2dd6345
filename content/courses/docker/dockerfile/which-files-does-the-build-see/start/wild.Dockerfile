FROM alpine
COPY *.toml /settings/
