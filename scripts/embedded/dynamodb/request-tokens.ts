import { createHash } from "node:crypto";
import { isJsonObject, type JsonObject } from "../json";
import type { DynaliteStore, LevelOperation } from "./dynalite-types";
import { dynamoError } from "./errors";
import { writeBatch } from "./level-store";

const prefix = "switchboard~request-token~";
const lifetimeMs = 10 * 60 * 1000;

interface CompletedTransaction {
  fingerprint: string;
  at: number;
  reply: JsonObject;
}

/**
 * The ClientRequestTokens of transactions in the last ten minutes. A token's row is written in the
 * same batch as its transaction, so that both survive a crash or neither does.
 */
export class RequestTokens {
  // In order of completion, so that expired tokens come first.
  readonly #completed: Map<string, CompletedTransaction>;

  private constructor(completed: Map<string, CompletedTransaction>) {
    this.#completed = completed;
  }

  /** Loads the tokens of an earlier process and deletes the expired ones. */
  static async load(store: DynaliteStore): Promise<RequestTokens> {
    const rows: [string, CompletedTransaction][] = [];
    for await (const [key, value] of store.db.iterator({ gt: prefix, lt: `${prefix}\xff` }))
      rows.push([key.slice(prefix.length), value as CompletedTransaction]);
    rows.sort(([, a], [, b]) => a.at - b.at);
    const tokens = new RequestTokens(new Map(rows));
    await writeBatch(store, tokens.#expire(), { sync: false });
    return tokens;
  }

  /**
   * The reply of an earlier transaction with this token, or undefined.
   * Throws IdempotentParameterMismatchException if its actions were different.
   */
  replay(token: string, body: JsonObject): JsonObject | undefined {
    const earlier = this.#completed.get(token);
    if (!earlier || earlier.at + lifetimeMs < Date.now()) return undefined;
    if (earlier.fingerprint !== fingerprint(body))
      throw dynamoError(
        "IdempotentParameterMismatchException",
        "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical",
      );
    return earlier.reply;
  }

  /** The rows to write with a transaction; call `remember` once they are written. */
  record(token: string, body: JsonObject, reply: JsonObject) {
    const completed = { fingerprint: fingerprint(body), at: Date.now(), reply };
    const put: LevelOperation = { type: "put", key: `${prefix}${token}`, value: completed };
    return {
      operations: [...this.#expire().filter(({ key }) => key !== put.key), put],
      remember: () => {
        this.#completed.delete(token);
        this.#completed.set(token, completed);
      },
    };
  }

  #expire(): LevelOperation[] {
    const operations: LevelOperation[] = [];
    for (const [token, { at }] of this.#completed) {
      if (at + lifetimeMs >= Date.now()) break;
      this.#completed.delete(token);
      operations.push({ type: "del", key: `${prefix}${token}` });
    }
    return operations;
  }
}

function fingerprint(body: JsonObject): string {
  return createHash("sha256").update(canonical(body.TransactItems)).digest("hex");
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isJsonObject(part) ? Object.fromEntries(Object.entries(part).sort(byName)) : part,
  );
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
