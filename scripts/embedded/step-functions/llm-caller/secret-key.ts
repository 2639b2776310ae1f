import { AwsError } from "../../aws-error";
import type { AwsService } from "../../aws-service";
import { isJsonObject, type JsonObject } from "../../json";
import { CallerError } from "./caller-error";

export type ReadKey = (path: string, name: string) => Promise<string>;

/** Reads keys from a secret that is cached for `cacheMs`. @throws CallerError */
export function keyReader(secrets: AwsService, cacheMs: number): ReadKey {
  const cache = new Map<string, { values: JsonObject; until: number }>();
  return async (path, name) => {
    const cached = cache.get(path);
    const isFresh = cached !== undefined && cached.until > Date.now();
    const values = isFresh ? cached.values : parse(await readSecret(secrets, path));
    const key = values[name];
    if (typeof key !== "string")
      throw new CallerError(`Secret key not found: ${name} in secret: ${path}`);
    // A secret without the key isn't cached, so the next call reads it again.
    if (!isFresh) cache.set(path, { values, until: Date.now() + cacheMs });
    return key;
  };
}

async function readSecret(secrets: AwsService, SecretId: string): Promise<string> {
  try {
    const { SecretString } = await secrets.handle("GetSecretValue", { SecretId });
    if (typeof SecretString === "string") return SecretString;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new CallerError(`AWS SDK error: ${error.code}: ${error.message}`);
  }
  throw new CallerError(`Secret not found: ${SecretId}`);
}

function parse(text: string): JsonObject {
  const value = parseJson(text);
  if (isJsonObject(value)) return value;
  throw new CallerError("Invalid configuration: Secret is not a JSON object");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const problem = text === "" ? "EOF while parsing a value" : "expected value";
    throw new CallerError(
      `JSON serialization error: ${problem} at line 1 column ${text === "" ? 0 : 1}`,
    );
  }
}
