import { describe, expect, test } from "vitest";
import {
  currentRecord,
  SaveConflict,
  saveVersioned,
  type Versioned,
} from "@/components/ui/form/versioned-save";
import { ApiError } from "@/lib/api/client";
import type { ErrorCode } from "@/lib/errors";

type Shelf = { etag: string; title: string; width: number | null; provider: string; model: string };
type Changes = Partial<Omit<Shelf, "etag">> & { reason?: string };

const base: Shelf = { etag: "1", title: "Left", width: 80, provider: "openai", model: "gpt-4o" };

function refusal(code: ErrorCode, current?: unknown): ApiError {
  const shared = { type: "about:blank", title: "Refused", detail: "Refused", request_id: "r" };
  return new ApiError({ ...shared, status: 409, code, current });
}

/** A server on which others saved `records`, one after the other, while I was editing. */
function server<Item extends Versioned>(...records: Item[]) {
  const writes: { on: string | null; changes: object }[] = [];
  const write = async (on: Item, changes: object): Promise<Item> => {
    writes.push({ on: on?.etag ?? null, changes });
    const newer = records.shift();
    if (newer !== undefined) throw refusal("stale", newer);
    return { ...on, ...changes, etag: "saved" } as unknown as Item; // A record of the test's own.
  };
  return { write, writes };
}

const save = (changes: Changes, ...records: Shelf[]) => {
  const { write, writes } = server(...records);
  const groups = [["provider", "model"]] as const;
  return { saved: saveVersioned<Shelf, Changes>({ base, changes, write, groups }), writes };
};

async function conflictOf(changes: Changes, ...records: Shelf[]) {
  const { saved, writes } = save(changes, ...records);
  const error = await saved.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SaveConflict);
  return { conflict: error as SaveConflict<Shelf, Changes>, writes };
}

describe("a stale write", () => {
  test("is saved again by itself when they changed other fields", async () => {
    const { saved, writes } = save({ title: "Right" }, { ...base, width: 90, etag: "2" });
    await expect(saved).resolves.toMatchObject({ title: "Right", width: 90 });
    expect(writes.map(({ on }) => on)).toEqual(["1", "2"]);
  });

  test("is saved again by itself when both chose the same value", async () => {
    const { saved, writes } = save({ title: "Right" }, { ...base, title: "Right", etag: "2" });
    await expect(saved).resolves.toMatchObject({ title: "Right" });
    expect(writes).toHaveLength(2);
  });

  test("is retried at most three times", async () => {
    const others = ["2", "3", "4"].map((etag) => ({ ...base, width: Number(etag), etag }));
    await expect(save({ title: "Right" }, ...others.slice(0, 2)).saved).resolves.toBeTruthy();
    await expect(save({ title: "Right" }, ...others).saved).rejects.toBeInstanceOf(ApiError);
  });

  test("is a conflict in the fields that both changed to different values", async () => {
    const current = { ...base, title: "Middle", width: 90, etag: "2" };
    const { conflict, writes } = await conflictOf({ title: "Right", width: 90 }, current);
    expect(conflict).toMatchObject({ base, current, names: ["title"], differing: ["title"] });
    expect(conflict.remaining).toEqual({ width: 90 });
    expect(writes).toHaveLength(1);
  });

  test("is compared with the first record when others save twice", async () => {
    const first = { ...base, width: 90, etag: "2" };
    const { conflict } = await conflictOf({ title: "Right" }, first, {
      ...first,
      title: "Middle",
      etag: "3",
    });
    expect(conflict.names).toEqual(["title"]);
  });

  test("counts a value that was taken away as changed, and absent as not set", async () => {
    const { width: _, ...without } = base;
    const current = { ...without, etag: "2" } as Shelf; // An older record lacks the field.
    await expect(save({ width: null }, current).saved).resolves.toBeTruthy();
    const { conflict } = await conflictOf({ width: 100 }, current);
    expect(conflict.names).toEqual(["width"]);
  });
});

describe("fields that are one choice", () => {
  test("conflict together, and show only what differs", async () => {
    const current = { ...base, provider: "anthropic", model: "claude", etag: "2" };
    const { conflict } = await conflictOf({ provider: "anthropic", model: "opus" }, current);
    expect(conflict.names).toEqual(["provider", "model"]);
    expect(conflict.differing).toEqual(["model"]);
    expect(conflict.remaining).toBeNull();
  });

  test("conflict when only one of them is mine to change", async () => {
    const current = { ...base, provider: "anthropic", etag: "2" };
    const { conflict } = await conflictOf({ model: "gpt-4o-mini" }, current);
    expect(conflict.differing).toEqual(["provider", "model"]);
  });

  test("don't conflict when both made the same choice", async () => {
    const choice = { provider: "anthropic", model: "claude" };
    await expect(save(choice, { ...base, ...choice, etag: "2" }).saved).resolves.toBeTruthy();
  });
});

test("a reason travels with the changes and is never a conflict, nor worth saving alone", async () => {
  const current = { ...base, title: "Middle", etag: "2" };
  const { conflict } = await conflictOf({ title: "Right", reason: "Because" }, current);
  expect(conflict.names).toEqual(["title"]);
  expect(conflict.remaining).toBeNull();
});

describe("a record that comes or goes", () => {
  type Budget = { etag: string; usd: number } | null;
  const change = { usd: 7 as number | null };
  const budget = (usd: number): Budget => ({ etag: "2", usd });
  const saveOn = (on: Budget, theirs: Budget, changes = change) => {
    const { write, writes } = server<Budget>(theirs);
    return { saved: saveVersioned<Budget, typeof change>({ base: on, changes, write }), writes };
  };

  test("is a conflict when it was removed and I change it", async () => {
    await expect(saveOn(budget(5), null).saved).rejects.toMatchObject({ differing: ["usd"] });
  });

  test("is a conflict when it was created with another value", async () => {
    await expect(saveOn(null, budget(5)).saved).rejects.toMatchObject({ differing: ["usd"] });
    await expect(saveOn(null, budget(7)).saved).resolves.toBeTruthy();
  });

  test("isn't a conflict when both removed it", async () => {
    const { saved, writes } = saveOn(budget(5), null, { usd: null });
    await expect(saved).resolves.toBeTruthy();
    expect(writes.at(-1)?.on).toBeNull();
  });
});

test("only a stale or conflicting write has the current record", () => {
  expect(currentRecord(refusal("stale", base))).toEqual({ current: base });
  expect(currentRecord(refusal("conflict", null))).toEqual({ current: null });
  expect(currentRecord(refusal("conflict"))).toBeNull();
  expect(currentRecord(refusal("invalid", base))).toBeNull();
  expect(currentRecord(new Error("no answer"))).toBeNull();
});
