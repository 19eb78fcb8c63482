# The worker, and every other command but those that bring a Temporal server of their own along.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image has the Node that the scripts would fetch.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY bin bin
COPY src src
COPY workflows workflows
COPY activities activities
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates git \
  && rm -rf /var/lib/apt/lists/* \
  && install --directory --owner=node /home/node/org-sync
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/bin bin
COPY --from=build /app/dist dist
ENV NODE_ENV=production ORG_SYNC_HOME=/home/node/org-sync
USER node
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s CMD ["/app/bin/org-sync", "worker", "--check"]
ENTRYPOINT ["/app/bin/org-sync"]
CMD ["worker"]
