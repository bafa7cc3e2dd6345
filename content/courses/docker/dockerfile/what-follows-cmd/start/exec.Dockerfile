FROM alpine
CMD ["sleep", "1000"]
