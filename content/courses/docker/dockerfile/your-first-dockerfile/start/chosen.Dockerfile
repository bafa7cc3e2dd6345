# Which Python? Whoever builds may say: --build-arg VERSION=…
ARG VERSION=3.13
FROM python:${VERSION}-slim
CMD ["python", "--version"]
