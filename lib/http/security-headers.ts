/** One year. Without subdomains, which aren't ours. */
const transportSeconds = 31_536_000;

/** Strict-Transport-Security if the console is served over https, otherwise null. */
export function hstsHeader(): string | null {
  return process.env.NEXTAUTH_URL?.startsWith("https:") ? `max-age=${transportSeconds}` : null;
}

/** Headers of every answer. */
export const fixedHeaders = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "x-frame-options": "DENY",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
};

/** The policy of API answers, which are data: opened as a page they load, run and frame nothing. */
export const apiPolicy =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * The policy of a page. `nonce` is new for each request: only scripts with this nonce, and scripts
 * that they load, run. Styles need 'unsafe-inline' for toasts, popovers and virtual rows.
 */
export function contentSecurityPolicy(nonce: string, isDevelopment: boolean): string {
  // React rebuilds the server's stacks with eval, and hot reloading uses a WebSocket.
  const [evaluate, socket] = isDevelopment ? [" 'unsafe-eval'", " ws:"] : ["", ""];
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${evaluate}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${socket}`,
    "worker-src 'none'",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    // Sign-in fetches the provider's address from next-auth and navigates to it without a form.
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
