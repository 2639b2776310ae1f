import { statfs } from "node:fs/promises";
import { AwsError } from "./aws-error";

/** AWS has no such error. 507 means "Insufficient Storage", which clients don't retry, unlike a 500. */
export function diskFull(
  folder: string,
  outcome: "nothing written" | "unknown" = "nothing written",
): AwsError {
  const uncertainty = outcome === "unknown" ? " It is not known whether this write was saved." : "";
  return new AwsError(
    "DiskFullException",
    `Disk full (ENOSPC): the local AWS endpoint can't write to ${folder}.${uncertainty} Free some space: it goes on by itself.`,
    {},
    507,
  );
}

/** Whether a store rejected a write because the disk is full. */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof AwsError && error.code === "DiskFullException";

/** Whether an error of a file or of LevelDB means that the disk is full. */
export function isNoSpace(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, message, cause } = error as NodeJS.ErrnoException; // Optional in that type.
  return code === "ENOSPC" || /no space left on device/i.test(message) || isNoSpace(cause);
}

/** Whether the disk of a folder has this many bytes free. */
export async function hasRoom(folder: string, bytes: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize >= bytes;
}
