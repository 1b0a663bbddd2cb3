# syntax=docker/dockerfile:1
# The image of server, operator and CPU runners: vlog, its pages, ffmpeg, the libraries these load; no shell, no package manager.
#   docker build --tag vlog .

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        git libargon2-dev libcurl4-openssl-dev libhiredis-dev libpq-dev libssl-dev pkg-config zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift Package.resolved* ./
COPY Sources Sources
COPY Tests Tests
# The folder of the build outlives this command, so that a change compiles only what it touches. What the next stages need
# is copied out of it: the program, without symbols, and the licences of what is linked into it.
RUN --mount=type=cache,target=/src/.build,sharing=locked \
    swift build --configuration release --static-swift-stdlib --product vlog \
    && mkdir /out \
    && strip --strip-all -o /out/vlog "$(swift build --configuration release --static-swift-stdlib --show-bin-path)/vlog" \
    && find .build/checkouts -mindepth 2 -maxdepth 2 \( -name 'LICENSE*' -o -name 'NOTICE*' \) \
        -exec cp --parents '{}' /out \; \
    && install -D /usr/share/swift/LICENSE.txt /out/.build/checkouts/swift/LICENSE.txt

FROM debian:bookworm-slim AS root
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates ffmpeg libargon2-1 libcurl4 libhiredis0.14 libpq5 libssl3 libstdc++6 zlib1g \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY LICENSE ./
COPY web web
COPY scripts/image-root scripts/
COPY --from=build /out /out
RUN scripts/image-root /image /out/vlog /out/.build/checkouts

FROM scratch
ARG VERSION=0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="VLog" \
    org.opencontainers.image.description="Self-hosted video platform: server, Kubernetes operator and CPU runner" \
    org.opencontainers.image.version="$VERSION" \
    org.opencontainers.image.revision="$REVISION" \
    org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"
COPY --link --from=root /image/ /
# What writes to a home writes to /tmp: nothing else is writable where the root file system is not.
ENV PATH=/usr/local/bin:/usr/bin HOME=/tmp
USER 10001:10001
# public, admin and Worker API; a runner's health and progress; the operator's health and metrics, its external metrics
EXPOSE 9000 9001 9002 8080 8081 6443
ENTRYPOINT ["/usr/local/bin/vlog"]
CMD ["--help"]
