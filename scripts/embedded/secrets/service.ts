import { unknownOperation } from "../aws-error";
import type { AwsService } from "../aws-service";
import type { JsonObject } from "../json";
import { Mutex } from "../mutex";
import type { OnStep } from "../steps";
import { SecretFiles } from "./file-store";
import { secretOperations } from "./operations";
import { type Requests, readRequest, requests } from "./requests";

/** Opens the local Secrets Manager in a folder; rejects as `SecretFiles.open` does. */
export async function openSecretsManager(
  folder: string,
  region: string,
  onStep: OnStep,
): Promise<AwsService> {
  const context = { files: await SecretFiles.open(folder, onStep), region };
  const mutex = new Mutex();
  const run = <Name extends keyof Requests>(name: Name, body: JsonObject) =>
    secretOperations[name](context, readRequest(name, body));
  return {
    targetPrefix: "secretsmanager.",
    contentType: "application/x-amz-json-1.1",
    handle: async (name, body) => {
      if (!Object.hasOwn(requests, name)) throw unknownOperation();
      const reply = await mutex.run(async () => run(name as keyof Requests, body));
      return { ...reply };
    },
    close: () => mutex.run(async () => undefined),
  };
}
