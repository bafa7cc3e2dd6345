FROM alpine AS builder
COPY fetch.sh ./
RUN --mount=type=secret,id=token sh fetch.sh "$(cat /run/secrets/token)"

FROM alpine
COPY --from=builder /package /package
CMD ["cat", "/package"]
