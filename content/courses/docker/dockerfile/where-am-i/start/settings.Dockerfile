FROM alpine
ARG COLOUR=green
ENV PORT=8080
ENV PORT=9000 URL=http://localhost:$PORT
RUN echo "painted $COLOUR" > /paint
CMD ["env"]
