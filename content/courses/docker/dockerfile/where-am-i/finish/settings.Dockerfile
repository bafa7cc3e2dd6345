FROM alpine
ARG COLOUR=green
ENV PORT=9000
ENV URL=http://localhost:$PORT
RUN echo "painted $COLOUR" > /paint
CMD ["env"]
