import { AwsError } from "../../aws-error";
import type { AwsService } from "../../aws-service";
import { objectOf } from "../../json";
import { CallerError } from "./caller-error";

export type ReadKey = (path: string, name: string) => Promise<string>;

/** Reads keys from a secret that is kept as a whole for `cacheMs`. @throws CallerError */
export function keyReader(secrets: AwsService, cacheMs: number): ReadKey {
  const kept = new Map<string, { text: string; until: number }>();
  const read = async (path: string): Promise<string> => {
    const known = kept.get(path);
    if (known && known.until > Date.now()) return known.text;
    const text = await readSecret(secrets, path);
    kept.set(path, { text, until: Date.now() + cacheMs });
    return text;
  };
  return async (path, name) => {
    const key = parse(await read(path))[name];
    if (typeof key === "string") return key;
    throw new CallerError(`Secret key not found: ${name} in secret: ${path}`);
  };
}

async function readSecret(secrets: AwsService, SecretId: string): Promise<string> {
  try {
    const { SecretString } = await secrets.handle("GetSecretValue", { SecretId });
    return typeof SecretString === "string" ? SecretString : "";
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new CallerError("AWS SDK error: service error");
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    const what = text === "" ? "EOF while parsing a value" : "expected value";
    throw new CallerError(
      `JSON serialization error: ${what} at line 1 column ${text === "" ? 0 : 1}`,
    );
  }
}
