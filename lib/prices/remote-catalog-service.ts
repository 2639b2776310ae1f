import "server-only";
import { createHash, randomUUID } from "node:crypto";
import type { Actor } from "@/lib/auth/actor";
import { transact } from "@/lib/aws/transact";
import { env, genaiPrices } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { errorName, log } from "@/lib/log";
import { type AdminCatalog, findAdminCatalog } from "./admin-catalog-repository";
import { assertNotHalved, parseCatalog, saveCatalog } from "./admin-catalog-service";
import {
  deleteRemoteCheck,
  fetchRemoteFile,
  findRemoteCheck,
  type RemoteCheck,
  saveRemoteCheck,
} from "./remote-catalog-repository";

/** The object behind `PRICE_CATALOG` as screens show it. */
export type RemoteCatalog = {
  address: string;
  checked_at: string | null;
  failure: string | null;
  failing_since: string | null;
};

/**
 * The object behind `PRICE_CATALOG` and the result of its last check; null if the variable isn't
 * set.
 */
export async function readRemoteCatalog(): Promise<RemoteCatalog | null> {
  const address = await catalogAddress();
  if (!address) return null;
  const check = await findRemoteCheck();
  const own = check?.address === address ? check : null;
  return {
    address: withoutSignature(address),
    checked_at: own?.checked_at ?? null,
    failure: own?.failure || null,
    failing_since: own?.failing_since || null,
  };
}

/** The URL of the catalog. The package names the URL of its own newest prices. */
async function catalogAddress(): Promise<string | undefined> {
  const { PRICE_CATALOG } = env();
  if (PRICE_CATALOG !== genaiPrices) return PRICE_CATALOG;
  return (await import("@pydantic/genai-prices")).REMOTE_DATA_JSON_URL;
}

/** Removes the query, which contains the signature of a presigned URL. */
function withoutSignature(address: string): string {
  return address.split("?")[0] ?? address;
}

const maxBytes = 10_000_000;
/** After a failure the object is retried sooner. */
const retrySeconds = 15 * 60;
/** How often a copy of the console looks whether a check is due, in milliseconds. */
const tickMs = 60_000;

/** Checks the object behind `PRICE_CATALOG` now and after every interval. */
export function followRemoteCatalog(): void {
  const { PRICE_CATALOG, PRICE_CATALOG_SECONDS } = env();
  if (!PRICE_CATALOG) return;
  const refresh = () =>
    refreshRemoteCatalog().catch((error: unknown) =>
      log("warn", "The price catalog could not be refreshed", { name: errorName(error) }),
    );
  refresh();
  setInterval(refresh, Math.min(tickMs, PRICE_CATALOG_SECONDS * 1000)).unref();
}

/**
 * Takes the object behind `PRICE_CATALOG` if a check is due and it has changed. If it can't be
 * taken, the last valid catalog stays in use and the reason is stored.
 */
export async function refreshRemoteCatalog(now = Date.now()): Promise<void> {
  const address = await catalogAddress();
  if (!address) return;
  const before = await findRemoteCheck();
  if (before?.address === address && !isDue(before, now)) return;
  const catalog = await findAdminCatalog();
  const check = before?.address === address && before.version === catalog?.version ? before : null;
  const claim: RemoteCheck = {
    address,
    checked_at: new Date(now).toISOString(),
    version: check?.version ?? "",
    etag: check?.etag ?? "",
    digest: check?.digest ?? "",
    failure: before?.address === address ? before.failure : "",
    failing_since: before?.address === address ? before.failing_since : "",
  };
  if (!(await claimCheck(claim, before))) return;
  const after = await take(claim, catalog).catch((error: unknown): RemoteCheck => {
    log("warn", "The price catalog was not taken", { name: errorName(error) });
    return {
      ...claim,
      failure: reasonOf(error),
      failing_since: claim.failing_since || claim.checked_at,
    };
  });
  await transact([saveRemoteCheck(after, claim)]);
}

function isDue({ checked_at, failure }: RemoteCheck, now: number): boolean {
  const { PRICE_CATALOG_SECONDS: interval } = env();
  const seconds = failure === "" ? interval : Math.min(interval, retrySeconds);
  return now - Date.parse(checked_at) >= seconds * 1000;
}

/** @returns false if another copy is checking the object */
async function claimCheck(claim: RemoteCheck, before: RemoteCheck | null): Promise<boolean> {
  try {
    await transact([saveRemoteCheck(claim, before)]);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "conflict") return false;
    throw error;
  }
}

/** @throws AppError with the reason, AWS's and the network's errors */
async function take(claim: RemoteCheck, catalog: AdminCatalog | null): Promise<RemoteCheck> {
  const next = { ...claim, failure: "", failing_since: "" };
  const file = await fetchRemoteFile(claim.address, claim.etag, maxBytes);
  if (!file) return next;
  const digest = createHash("sha256").update(file.text).digest("base64url");
  if (digest === claim.digest) return { ...next, etag: file.etag };
  const asOf = file.changed_on ?? claim.checked_at.slice(0, 10);
  const parsed = await parseCatalog(file.text, asOf);
  assertNotHalved(parsed, catalog);
  const { version } = await saveCatalog(refresher(), parsed, asOf, catalog);
  return { ...next, version, etag: file.etag, digest };
}

const refresher = (): Actor => ({
  name: "PRICE_CATALOG",
  subject: "price-catalog",
  role: "admin",
  requestId: randomUUID(),
});

function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.message;
  if (!(error instanceof Error)) return "The address could not be read.";
  if (error.name === "TimeoutError") return "The address did not answer in time.";
  // The SDK names what S3 refused; an error of `fetch` has the system's code in its cause.
  const { code } = (error.cause ?? {}) as { code?: string };
  return "$metadata" in error
    ? `S3 refused the object: ${error.name}.`
    : `The address could not be reached${code ? ` (${code})` : ""}.`;
}

/** Called after the catalog was removed, so that the object is taken again whatever its ETag. */
export async function forgetRemoteCheck(): Promise<void> {
  const check = await findRemoteCheck();
  if (check) await transact([deleteRemoteCheck(check)]);
}

/** @throws AppError `conflict` if the catalog comes from `PRICE_CATALOG` */
export function assertNoRemoteCatalog(): void {
  const { PRICE_CATALOG } = env();
  if (!PRICE_CATALOG) return;
  const message = `The catalog comes from ${withoutSignature(PRICE_CATALOG)} (PRICE_CATALOG). Change the file there, or unset the variable.`;
  throw new AppError("conflict", message);
}
