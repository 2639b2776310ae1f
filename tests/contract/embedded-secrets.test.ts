import { randomUUID } from "node:crypto";
import { readdir, rm, truncate } from "node:fs/promises";
import path from "node:path";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  InvalidRequestException,
  LimitExceededException,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmbeddedAws, startEmbeddedAws } from "@/scripts/embedded/server";
import { connectionTo, startInNewFolder } from "../support/embedded-endpoint";

let dataDir: string;
let endpoint: EmbeddedAws;
let client: SecretsManagerClient;

const connect = (to: EmbeddedAws) => new SecretsManagerClient(connectionTo(to));

beforeAll(async () => {
  ({ dataDir, endpoint } = await startInNewFolder());
  client = connect(endpoint);
});

afterAll(async () => {
  client.destroy();
  await endpoint.stop();
  await rm(dataDir, { recursive: true });
});

const newName = () => `/test/secrets/${randomUUID()}`;

/** A secret whose first version has this value. */
async function newSecret(SecretString = "first") {
  const Name = newName();
  const { ARN = "", VersionId = "" } = await client.send(
    new CreateSecretCommand({ Name, SecretString }),
  );
  return { SecretId: Name, ARN, VersionId };
}

async function putValue(SecretId: string, SecretString: string, VersionStages?: string[]) {
  const put = new PutSecretValueCommand({ SecretId, SecretString, VersionStages });
  return (await client.send(put)).VersionId ?? "";
}

function moveStage(
  SecretId: string,
  VersionStage: string,
  move: { MoveToVersionId?: string; RemoveFromVersionId?: string },
) {
  return client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage, ...move }));
}

async function valueAt(SecretId: string, VersionStage?: string): Promise<string | undefined> {
  const get = new GetSecretValueCommand({ SecretId, VersionStage });
  return (await client.send(get)).SecretString;
}

async function stagesOf(SecretId: string): Promise<Record<string, string[]>> {
  const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
  return Object.fromEntries(
    Object.entries(VersionIdsToStages).map(([id, stages]) => [id, [...stages].sort()]),
  );
}

async function failureOf(attempt: Promise<unknown>): Promise<Error> {
  return attempt.then(
    () => new Error("It did not fail."),
    (error: Error) => error,
  );
}

describe("values and stages", () => {
  test("a secret is found by its name, its ARN and its ARN without the suffix", async () => {
    const { SecretId, ARN, VersionId } = await newSecret();
    expect(ARN).toMatch(
      new RegExp(`^arn:aws:secretsmanager:eu-west-1:000000000000:secret:${SecretId}-\\w{6}$`),
    );
    for (const id of [SecretId, ARN, ARN.slice(0, -7)]) {
      const found = await client.send(new GetSecretValueCommand({ SecretId: id }));
      expect(found).toMatchObject({
        ARN,
        Name: SecretId,
        VersionId,
        SecretString: "first",
        VersionStages: ["AWSCURRENT"],
      });
      expect(found.CreatedDate?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    }
  });

  test("a put moves AWSCURRENT to the new version and AWSPREVIOUS to the one before", async () => {
    const { SecretId, VersionId: first } = await newSecret();
    const second = await putValue(SecretId, "second");
    expect(await stagesOf(SecretId)).toEqual({
      [first]: ["AWSPREVIOUS"],
      [second]: ["AWSCURRENT"],
    });
    const third = await putValue(SecretId, "third");
    expect(await stagesOf(SecretId)).toEqual({
      [second]: ["AWSPREVIOUS"],
      [third]: ["AWSCURRENT"],
    });
    expect(await valueAt(SecretId)).toBe("third");
    expect(await valueAt(SecretId, "AWSPREVIOUS")).toBe("second");
  });

  test("a put with stages moves only these; a first version also gets AWSCURRENT", async () => {
    const Name = newName();
    await client.send(new CreateSecretCommand({ Name }));
    expect((await failureOf(valueAt(Name))).message).toBe(
      "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    );
    const first = await putValue(Name, "first", ["PENDING"]);
    expect(await stagesOf(Name)).toEqual({ [first]: ["AWSCURRENT", "PENDING"] });
    const second = await putValue(Name, "second", ["PENDING"]);
    expect(await stagesOf(Name)).toEqual({ [first]: ["AWSCURRENT"], [second]: ["PENDING"] });
    expect(await valueAt(Name)).toBe("first");
  });

  test("binary values are read byte for byte", async () => {
    const SecretBinary = new Uint8Array([0, 1, 254, 255]);
    const Name = newName();
    await client.send(new CreateSecretCommand({ Name, SecretBinary }));
    const found = await client.send(new GetSecretValueCommand({ SecretId: Name }));
    expect(found.SecretBinary).toEqual(SecretBinary);
    expect(found.SecretString).toBeUndefined();
  });

  test("the same token and value give the same version; the same token and another value fail", async () => {
    const { SecretId, VersionId: first } = await newSecret();
    const ClientRequestToken = randomUUID();
    const put = (SecretString: string) =>
      client.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken }));
    expect((await put("second")).VersionId).toBe(ClientRequestToken);
    await putValue(SecretId, "third");
    // A late retry must not move AWSCURRENT back.
    expect((await put("second")).VersionId).toBe(ClientRequestToken);
    expect(await valueAt(SecretId)).toBe("third");
    expect(Object.keys(await stagesOf(SecretId))).not.toContain(first);
    expect(await failureOf(put("other"))).toBeInstanceOf(ResourceExistsException);
  });

  test("an update changes only the description, or adds a current version", async () => {
    const { SecretId, VersionId: first } = await newSecret();
    const described = await client.send(
      new UpdateSecretCommand({ SecretId, Description: "keys of the agents" }),
    );
    expect(described.VersionId).toBeUndefined();
    const { VersionId: second = "" } = await client.send(
      new UpdateSecretCommand({ SecretId, SecretString: "second" }),
    );
    expect(await stagesOf(SecretId)).toEqual({
      [first]: ["AWSPREVIOUS"],
      [second]: ["AWSCURRENT"],
    });
    const { Description } = await client.send(new DescribeSecretCommand({ SecretId }));
    expect(Description).toBe("keys of the agents");
  });

  test("a request needs one value of at most 64 KiB, which never appears in the error", async () => {
    const { SecretId } = await newSecret();
    const none = await failureOf(client.send(new PutSecretValueCommand({ SecretId })));
    expect(none).toBeInstanceOf(InvalidParameterException);
    expect(none.message).toBe("You must provide either SecretString or SecretBinary.");
    const both = await failureOf(
      client.send(
        new PutSecretValueCommand({ SecretId, SecretString: "a", SecretBinary: new Uint8Array(1) }),
      ),
    );
    expect(both).toBeInstanceOf(InvalidParameterException);
    const long = await failureOf(putValue(SecretId, "secret".repeat(11_000)));
    expect(long.name).toBe("ValidationException");
    expect(long.message).toBe(
      "1 validation error detected: Value at 'secretString' failed to satisfy constraint: Member must have length less than or equal to 65536",
    );
  });

  test("a version and a stage in one request must belong together", async () => {
    const { SecretId, VersionId: first } = await newSecret();
    await putValue(SecretId, "second");
    const get = (VersionId: string, VersionStage?: string) =>
      client.send(new GetSecretValueCommand({ SecretId, VersionId, VersionStage }));
    expect((await get(first, "AWSPREVIOUS")).SecretString).toBe("first");
    expect(await failureOf(get(first, "AWSCURRENT"))).toBeInstanceOf(InvalidRequestException);
    const unknown = randomUUID();
    const failure = await failureOf(get(unknown));
    expect(failure).toBeInstanceOf(ResourceNotFoundException);
    expect(failure.message).toBe(
      `Secrets Manager can't find the specified secret value for VersionId: ${unknown}`,
    );
  });
});

describe("moving a stage", () => {
  test("AWSCURRENT moves only if the request names the version that has it", async () => {
    const { SecretId, VersionId: first } = await newSecret();
    const mine = await putValue(SecretId, "mine", ["PENDING"]);
    const foreign = await putValue(SecretId, "foreign");

    const stale = await failureOf(
      moveStage(SecretId, "AWSCURRENT", { MoveToVersionId: mine, RemoveFromVersionId: first }),
    );
    expect(stale).toBeInstanceOf(InvalidParameterException);
    const unnamed = await failureOf(moveStage(SecretId, "AWSCURRENT", { MoveToVersionId: mine }));
    expect(unnamed).toBeInstanceOf(InvalidParameterException);
    expect(unnamed.message).toBe(
      `The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${foreign}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
    expect(await valueAt(SecretId)).toBe("foreign");

    await moveStage(SecretId, "AWSCURRENT", {
      MoveToVersionId: mine,
      RemoveFromVersionId: foreign,
    });
    expect(await stagesOf(SecretId)).toEqual({
      [mine]: ["AWSCURRENT", "PENDING"],
      [foreign]: ["AWSPREVIOUS"],
    });
  });

  test("concurrent writers swap only the version they read; the others retry", async () => {
    const { SecretId } = await newSecret("{}");
    const addKey = async (name: string): Promise<void> => {
      const read = await client.send(new GetSecretValueCommand({ SecretId }));
      const next = { ...JSON.parse(read.SecretString ?? "{}"), [name]: "value" };
      const VersionId = await putValue(SecretId, JSON.stringify(next), [`PENDING_${name}`]);
      try {
        await moveStage(SecretId, "AWSCURRENT", {
          MoveToVersionId: VersionId,
          RemoveFromVersionId: read.VersionId ?? "",
        });
      } catch (error) {
        if (error instanceof InvalidParameterException) return addKey(name);
        throw error;
      }
    };
    const names = ["A", "B", "C", "D", "E", "F"];
    await Promise.all(names.map(addKey));
    const value = JSON.parse((await valueAt(SecretId)) ?? "{}") as object;
    expect(Object.keys(value).sort()).toEqual(names);
  });

  test("a custom stage can be attached, moved and removed; AWSCURRENT can't be removed", async () => {
    const { SecretId, VersionId: first } = await newSecret();
    const second = await putValue(SecretId, "second");
    await moveStage(SecretId, "KEPT", { MoveToVersionId: first });
    expect((await stagesOf(SecretId))[first]).toEqual(["AWSPREVIOUS", "KEPT"]);
    await moveStage(SecretId, "KEPT", { MoveToVersionId: second, RemoveFromVersionId: first });
    expect((await stagesOf(SecretId))[second]).toEqual(["AWSCURRENT", "KEPT"]);
    await moveStage(SecretId, "KEPT", { RemoveFromVersionId: second });
    expect((await stagesOf(SecretId))[second]).toEqual(["AWSCURRENT"]);
    const failure = await failureOf(
      moveStage(SecretId, "AWSCURRENT", { RemoveFromVersionId: second }),
    );
    expect(failure).toBeInstanceOf(InvalidParameterException);
    expect(await valueAt(SecretId)).toBe("second");
  });

  test("a secret has at most twenty stages", async () => {
    const { SecretId, VersionId: first } = await newSecret();
    for (let at = 1; at < 20; at++)
      await moveStage(SecretId, `STAGE_${at}`, { MoveToVersionId: first });
    const failure = await failureOf(moveStage(SecretId, "ONE_MORE", { MoveToVersionId: first }));
    expect(failure).toBeInstanceOf(LimitExceededException);
    expect((await stagesOf(SecretId))[first]).toHaveLength(20);
  });
});

describe("versions", () => {
  test("a version without a stage can be read, but is listed only with IncludeDeprecated", async () => {
    const { SecretId, VersionId: first } = await newSecret();
    await putValue(SecretId, "second");
    await putValue(SecretId, "third");
    const list = (IncludeDeprecated?: boolean) =>
      client.send(new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated }));
    expect((await list()).Versions).toHaveLength(2);
    expect((await list(true)).Versions?.map(({ VersionId }) => VersionId)).toContain(first);
    const old = await client.send(new GetSecretValueCommand({ SecretId, VersionId: first }));
    expect(old.SecretString).toBe("first");
    expect(old.VersionStages).toBeUndefined();
  });

  test("beyond a hundred versions the oldest deprecated ones are deleted, staged ones stay", async () => {
    const { SecretId, VersionId: first } = await newSecret();
    await moveStage(SecretId, "KEPT", { MoveToVersionId: first });
    for (let at = 0; at < 110; at++) await putValue(SecretId, `value ${at}`);
    const ids: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new ListSecretVersionIdsCommand({
          SecretId,
          IncludeDeprecated: true,
          MaxResults: 60,
          NextToken,
        }),
      );
      ids.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(ids).toHaveLength(100);
    expect(ids).toContain(first);
    expect(await valueAt(SecretId, "KEPT")).toBe("first");
  });
});

describe("secrets", () => {
  test("a name is unique, but a creation can be repeated with its token", async () => {
    const Name = newName();
    const ClientRequestToken = randomUUID();
    const create = (SecretString: string, token = ClientRequestToken) =>
      client.send(new CreateSecretCommand({ Name, SecretString, ClientRequestToken: token }));
    const { ARN } = await create("value");
    expect(await create("value")).toMatchObject({ ARN, VersionId: ClientRequestToken });
    const failure = await failureOf(create("value", randomUUID()));
    expect(failure).toBeInstanceOf(ResourceExistsException);
    expect(failure.message).toBe(`The operation failed because the secret ${Name} already exists.`);
    const badName = await failureOf(client.send(new CreateSecretCommand({ Name: "no spaces" })));
    expect(badName).toBeInstanceOf(InvalidParameterException);
  });

  test("an unknown secret is a ResourceNotFoundException in every operation that names one", async () => {
    const SecretId = newName();
    const attempts = [
      client.send(new GetSecretValueCommand({ SecretId })),
      client.send(new PutSecretValueCommand({ SecretId, SecretString: "x" })),
      client.send(new UpdateSecretCommand({ SecretId })),
      client.send(new DescribeSecretCommand({ SecretId })),
      client.send(new ListSecretVersionIdsCommand({ SecretId })),
      client.send(new DeleteSecretCommand({ SecretId })),
      client.send(new RestoreSecretCommand({ SecretId })),
      client.send(new TagResourceCommand({ SecretId, Tags: [] })),
      moveStage(SecretId, "X", { MoveToVersionId: randomUUID() }),
    ];
    for (const failure of await Promise.all(attempts.map(failureOf))) {
      expect(failure).toBeInstanceOf(ResourceNotFoundException);
      expect(failure.message).toBe("Secrets Manager can't find the specified secret.");
    }
  });

  test("a deleted secret can be described and restored but not used, and keeps its name", async () => {
    const { SecretId } = await newSecret();
    const { DeletionDate } = await client.send(
      new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }),
    );
    const days = ((DeletionDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(7, 1);
    const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId }));
    expect(DeletedDate).toBeInstanceOf(Date);
    const unusable = [valueAt(SecretId), putValue(SecretId, "x"), moveStage(SecretId, "X", {})];
    for (const failure of await Promise.all(unusable.map(failureOf))) {
      expect(failure).toBeInstanceOf(InvalidRequestException);
      expect(failure.message).toContain("marked for deletion");
    }
    const taken = await failureOf(client.send(new CreateSecretCommand({ Name: SecretId })));
    expect(taken).toBeInstanceOf(InvalidRequestException);
    await client.send(new RestoreSecretCommand({ SecretId }));
    expect(await valueAt(SecretId)).toBe("first");
  });

  test("a secret deleted by force is gone, and its name is free", async () => {
    const { SecretId } = await newSecret();
    const remove = (options: object) =>
      client.send(new DeleteSecretCommand({ SecretId, ...options }));
    const unclear = { ForceDeleteWithoutRecovery: true, RecoveryWindowInDays: 7 };
    expect(await failureOf(remove(unclear))).toBeInstanceOf(InvalidParameterException);
    expect(await failureOf(remove({ RecoveryWindowInDays: 3 }))).toBeInstanceOf(
      InvalidParameterException,
    );
    await remove({ ForceDeleteWithoutRecovery: true });
    expect(await failureOf(valueAt(SecretId))).toBeInstanceOf(ResourceNotFoundException);
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: "again" }));
    expect(await valueAt(SecretId)).toBe("again");
  });

  test("secrets are listed by filter, in pages, with their tags", async () => {
    const prefix = newName();
    for (const name of ["a", "b", "c"])
      await client.send(new CreateSecretCommand({ Name: `${prefix}/${name}`, SecretString: name }));
    const Tags = [{ Key: "team", Value: "console" }];
    await client.send(new TagResourceCommand({ SecretId: `${prefix}/a`, Tags }));
    const list = (NextToken?: string) =>
      client.send(
        new ListSecretsCommand({
          Filters: [{ Key: "name", Values: [prefix] }],
          SortOrder: "asc",
          MaxResults: 2,
          NextToken,
        }),
      );
    const first = await list();
    expect(first.SecretList?.map(({ Name }) => Name)).toEqual([`${prefix}/a`, `${prefix}/b`]);
    expect(first.SecretList?.[0]?.Tags).toEqual(Tags);
    const second = await list(first.NextToken);
    expect(second.SecretList?.map(({ Name }) => Name)).toEqual([`${prefix}/c`]);
    expect(second.NextToken).toBeUndefined();
  });

  test("secrets survive a restart, and an invalid file prevents the start", async () => {
    const { dataDir: folder, endpoint: first } = await startInNewFolder();
    const Name = newName();
    const { ARN } = await connect(first).send(
      new CreateSecretCommand({ Name, SecretString: "first" }),
    );
    await connect(first).send(
      new PutSecretValueCommand({ SecretId: Name, SecretString: "second" }),
    );
    await first.stop();
    const second = await startEmbeddedAws({ port: 0, dataDir: folder });
    const found = await connect(second).send(
      new GetSecretValueCommand({ SecretId: ARN, VersionStage: "AWSPREVIOUS" }),
    );
    expect(found.SecretString).toBe("first");
    await second.stop();

    const secrets = path.join(folder, "secrets");
    const [file = ""] = await readdir(secrets);
    await truncate(path.join(secrets, file), 20);
    const failure = await failureOf(startEmbeddedAws({ port: 0, dataDir: folder }));
    expect(failure.message).toMatch(
      new RegExp(`^The data folder ${secrets} cannot be read \\(${file} .*: restore .*\\.$`),
    );
    // The failed start releases the folder.
    await rm(path.join(secrets, file));
    await (await startEmbeddedAws({ port: 0, dataDir: folder })).stop();
    await rm(folder, { recursive: true });
  });
});
