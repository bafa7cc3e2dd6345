FROM alpine
COPY fetch.sh token.txt ./
RUN sh fetch.sh "$(cat token.txt)"
RUN rm token.txt
CMD ["cat", "/package"]
