# One image for every actor and for the command line (docs/decisions/0014-one-image.md). `docker build .` makes all of
# it from a checkout. `npm run image` hands in another base, package/ and MODULES, so that it needs no network.
ARG BASE=docker.io/library/node:24-slim
# Whose /node_modules is taken: another stage or image.
ARG MODULES=build

FROM ${BASE} AS build
WORKDIR /build
COPY . .
# package/ is what the npm package holds, /node_modules what that needs at run time.
RUN if [ ! -d package ]; then \
      npm ci --ignore-scripts --no-audit --no-fund \
      && node node_modules/typescript/bin/tsc -p tsconfig.build.json \
      && npm pack --ignore-scripts \
      && tar -xzf udap-testbed-*.tgz \
      && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
      && mv node_modules /; \
    fi

FROM ${MODULES} AS modules

FROM ${BASE}
# ip and tc are for whoever disturbs the network of an actor; npm is not needed any more.
RUN if ! command -v tc; then \
      apt-get update \
      && apt-get install --yes --no-install-recommends iproute2 \
      && rm -rf /var/lib/apt/lists/*; \
    fi \
    && rm -rf /usr/local/lib/node_modules /opt/yarn-* \
    && cd /usr/local/bin && rm -f npm npx corepack yarn yarnpkg \
    && echo 'udap:x:65532:65532::/tmp:/bin/sh' >>/etc/passwd \
    && echo 'udap:x:65532:' >>/etc/group \
    && mkdir -m 1777 /out \
    && ln -s /udap-testbed/bin/udap-testbed.mjs /usr/local/bin/udap-testbed
WORKDIR /udap-testbed
# What a run writes goes to out/ of its working folder.
RUN ln -s /out out
COPY --from=modules /node_modules node_modules

ARG VERSION=unknown
LABEL org.opencontainers.image.title="udap-testbed" \
      org.opencontainers.image.description="Actors and command line of the testbed for the HL7 FAST Security (UDAP) guide" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
USER 65532:65532
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["node", "/udap-testbed/health.mjs"]
ENTRYPOINT ["node", "/udap-testbed/bin/udap-testbed.mjs"]

# Last, as it changes most. health.mjs is the health check; community.yaml is what deploy/ brings up.
COPY deploy/image/health.mjs .
COPY deploy/community.yaml deploy/
COPY --from=build /build/package .
