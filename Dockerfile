# The image of API, worker and every job of ours. docs/operating.md, "Production", tells how it is run.
#
# A tag moves. Where an image must be the same tomorrow, pin it by digest when you build:
#   docker build --build-arg PYTHON=python@sha256:… .
ARG PYTHON=python:3.13-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/parapheur
ENV PATH=/opt/parapheur/bin:$PATH
WORKDIR /src
# First what seldom changes. Every file is checked against the hash in the lock.
COPY requirements.lock ./
RUN pip install --require-hashes --only-binary=:all: -r requirements.lock
COPY . .
# Without a network of its own: what it needs, setuptools included, is in the lock.
RUN pip install --no-deps --no-build-isolation --no-index .

FROM ${PYTHON}
RUN groupadd --gid 10001 parapheur \
    && useradd --uid 10001 --gid parapheur --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin parapheur \
    # A new volume takes its owner from the folder it covers. One volume a kind of key, so that a
    # process gets the kinds it needs and no others.
    && install -d -o parapheur -g parapheur -m 0700 /keys /keys/codec /keys/seal /keys/checkpoint \
        /keys/vault /keys/session /public /media
COPY --from=build /opt/parapheur /opt/parapheur
COPY policies /app/policies
ENV PATH=/opt/parapheur/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PARAPHEUR_KEYS=/keys \
    PARAPHEUR_MEDIA_STORE=file:/media
WORKDIR /app
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["parapheur"]
CMD ["--help"]
