# The Node that the browser tests run the copies on. To pin the digest: docs/deploy.md.
ARG NODE_IMAGE=node:24.22.3-bookworm-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# Not `npm ci`: the lockfile names the binaries of one platform, and `install` adds this one's.
RUN npm install --no-audit --no-fund --no-save --ignore-scripts --include=dev
COPY . .
RUN NEXT_TELEMETRY_DISABLED=1 npm run build
RUN node --conditions=react-server --import tsx scripts/print-sbom.ts > sbom.cdx.json

# `docker build --target sbom --output .` writes the software bill of materials alone.
FROM scratch AS sbom
COPY --from=build /src/sbom.cdx.json /

FROM ${NODE_IMAGE}
# Node 24 lets more short-lived memory pile up than 20, and V8 more the larger the machine is. With
# these limits the measured peak of a copy under attack was 317 MB instead of 420, and flat. The heap's
# limit is half of the task's memory in cloudformation.yaml.
ENV NODE_OPTIONS="--max-semi-space-size=16 --max-old-space-size=512" MALLOC_ARENA_MAX=2
# Keeps connections longer than the load balancer does, so that none is closed under a request.
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 PORT=3000 KEEP_ALIVE_TIMEOUT=125000
WORKDIR /app
# Owned by root: the process cannot change its own code, and writes no file at all.
COPY --from=build /src/.next/standalone ./
COPY --from=build /src/.next/static ./.next/static
COPY --from=build /src/public ./public
COPY --from=build /src/scripts/deploy/healthcheck.mjs /src/sbom.cdx.json ./
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["node", "healthcheck.mjs"]
# `env`, because ECS sets HOSTNAME over an ENV (vercel/next.js issue 58657) and Next listens on that
# name only: the health check asks on loopback, would find nobody and have every copy stopped.
CMD ["env", "HOSTNAME=0.0.0.0", "node", "server.js"]
