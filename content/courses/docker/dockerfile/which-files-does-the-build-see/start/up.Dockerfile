FROM alpine
COPY ../other_project/file.txt /app/
CMD ["cat", "/app/file.txt"]
