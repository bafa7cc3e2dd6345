FROM alpine AS builder
COPY fetch.sh token.txt ./
RUN sh fetch.sh "$(cat token.txt)"

FROM alpine
COPY --from=builder /package /package
CMD ["cat", "/package"]
