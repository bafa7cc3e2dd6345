FROM alpine
CMD sleep 1000; echo over
