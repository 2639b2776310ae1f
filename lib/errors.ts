/** Every refusal of the product and its HTTP status. The compiler keeps the table complete. */
export const errorStatus = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  runs_disabled: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  model_exists: 409,
  model_in_use: 409,
  conflict: 409,
  provider_fixed: 409,
  preflight_blocked: 409,
  run_would_fail: 409,
  setup_incomplete: 409,
  stale: 412,
  too_large: 413,
  invalid: 422,
  model_not_registered: 422,
  model_inactive: 422,
  model_defective: 422,
  throttled: 429,
  headers_too_large: 431,
  internal: 500,
  aws_unavailable: 502,
  bad_key: 502,
  key_missing: 502,
  key_expired: 502,
  no_access: 502,
  unknown_model: 502,
  needs_inference_profile: 502,
  wrong_region: 502,
  quota_exhausted: 502,
  rate_limited: 502,
  context_too_long: 502,
  content_filtered: 502,
  bad_request: 502,
  overloaded: 502,
  timeout: 502,
  unreachable: 502,
  provider_error: 502,
} as const;

export type ErrorCode = keyof typeof errorStatus;

export type FieldError = { path: string; message: string };

type AppErrorOptions = {
  cause?: unknown;
  /** Field by field, for a 422. */
  errors?: FieldError[];
  /** The record as it is now, for 409 `conflict` and 412 `stale`. */
  current?: unknown;
  /** Further members of the problem document, such as `agents` or `findings`. */
  extra?: Record<string, unknown>;
};

/** A refusal whose message says what happened, to which thing, and what to do next. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly errors?: FieldError[];
  readonly current?: unknown;
  readonly extra?: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.errors = options.errors;
    this.current = options.current;
    this.extra = options.extra;
  }

  get status(): number {
    return errorStatus[this.code];
  }
}

/** The body of an error response (RFC 9457), as the browser gets it. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  request_id: string;
  errors?: FieldError[];
  current?: unknown;
  [member: string]: unknown;
};

/** One field is wrong: a 422 that names it and the fix. */
export function invalidField(path: string, message: string): AppError {
  return new AppError("invalid", message, { errors: [{ path, message }] });
}
