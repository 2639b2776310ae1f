// The container's health check, because the image has no curl. Exits with 0 if the app is healthy.
const url = `http://127.0.0.1:${process.env.PORT || 3000}/api/health`;
const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) }).catch(() => null);
process.exit(answer?.ok ? 0 : 1);
