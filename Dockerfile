# Demodock itself: one image, every process (compose.yaml says which). Any Debian with Python 3.11 or newer is a base.
ARG BASE=python:3.11-slim
FROM ${BASE}

# Behind a proxy with its own certificates, put them beside this file as ca.pem before building.
WORKDIR /opt/demodock
COPY pyproject.toml requirements.lock compose/ca.pem* ./
COPY compose/install compose/entrypoint /usr/local/lib/demodock/
RUN /usr/local/lib/demodock/install

COPY spaces spaces
COPY builder builder
COPY proxy proxy
COPY controller controller
COPY sample_spaces sample_spaces

ENV PATH=/opt/demodock/.venv/bin:$PATH PYTHONPATH=/opt/demodock PYTHONUNBUFFERED=1 HOME=/var/lib/demodock/home
ENV DEMODOCK_DATA=/var/lib/demodock/data
VOLUME /var/lib/demodock
ENTRYPOINT ["/usr/local/lib/demodock/entrypoint"]
CMD ["setup"]
