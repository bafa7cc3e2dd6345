FROM debian:bookworm-slim
RUN echo "home is $HOME" && echo done
RUN ["echo", "home is $HOME", "&&", "echo", "done"]
