import { ApiError, ReadableError } from "@/lib/api/client";

/** A record whose etag makes a write conditional; null if it doesn't exist. */
export type Versioned = { etag: string } | null;

/** The fields of a record that changes can name. */
export type FieldsOf<Changes extends object> = {
  readonly [Name in keyof Changes]?: Changes[Name] | null;
};

/** Someone else saved different values in the same fields. None of mine were written. */
export class SaveConflict<Item extends Versioned, Changes extends object> extends ReadableError {
  readonly base: Item;
  readonly current: Item;
  readonly changes: Changes;
  /** The fields to decide on. */
  readonly names: readonly (keyof Changes & string)[];

  constructor(base: Item, current: Item, changes: Changes, names: (keyof Changes & string)[]) {
    super(
      "Changed meanwhile",
      "Someone else changed this at the same time. Check the current values and try again.",
    );
    this.name = "SaveConflict";
    this.base = base;
    this.current = current;
    this.changes = changes;
    this.names = names;
  }

  /** The values that a person compares: original, theirs and mine. */
  get sides(): Record<"base" | "theirs" | "mine", FieldsOf<Changes>> {
    const { base, current, changes } = this;
    return {
      base: fieldsOf(base),
      theirs: fieldsOf(current),
      mine: fieldsOf({ ...base, ...changes }),
    };
  }

  /** The fields in which theirs and mine differ. */
  get differing(): readonly (keyof Changes & string)[] {
    const { theirs, mine } = this.sides;
    return this.names.filter((name) => fieldValue(theirs, name) !== fieldValue(mine, name));
  }

  /** My changes without the fields in conflict; null if there are none. */
  get remaining(): Changes | null {
    const entries = Object.entries(this.changes);
    const rest = entries.filter(([name]) => !this.names.some((other) => other === name));
    if (!rest.some(([name]) => isField(name, this.base, this.current))) return null;
    // The entries of one object of this type make another.
    return Object.fromEntries(rest) as Changes;
  }
}

export type VersionedWrite<Item extends Versioned, Changes extends object> = {
  base: Item;
  changes: Changes;
  /** One conditional write. A refusal carries the current record. */
  write: (base: Item, changes: Changes) => Promise<Item>;
  /** Fields that are one choice, such as provider and model. */
  groups?: readonly (readonly (keyof Changes & string)[])[];
};

const maxAttempts = 3;

/**
 * Saves changes made on `base`. If someone else saved first, saves once more based on their record,
 * unless both changed the same field to different values.
 * @throws SaveConflict, ApiError, NetworkError
 */
export async function saveVersioned<Item extends Versioned, Changes extends object>({
  base,
  changes,
  write,
  groups = [],
}: VersionedWrite<Item, Changes>): Promise<Item> {
  let target = base;
  for (let attempt = 1; ; attempt++) {
    try {
      return await write(target, changes);
    } catch (error) {
      const stale = currentRecord<Item>(error);
      if (!stale) throw error;
      const names = conflictingFields(base, stale.current, changes, groups);
      if (names.length > 0) throw new SaveConflict(base, stale.current, changes, names);
      if (attempt === maxAttempts) throw error;
      target = stale.current;
    }
  }
}

/** The record that came with a 409 `conflict` or a 412 `stale`; null for every other failure. */
export function currentRecord<Item>(error: unknown): { current: Item } | null {
  if (!(error instanceof ApiError)) return null;
  const { code, current } = error.problem;
  if ((code !== "stale" && code !== "conflict") || current === undefined) return null;
  // Our API answers with the current record, or null if it was deleted.
  return { current: current as Item };
}

function conflictingFields<Item extends Versioned, Changes extends object>(
  base: Item,
  current: Item,
  changes: Changes,
  groups: readonly (readonly (keyof Changes & string)[])[],
): (keyof Changes & string)[] {
  const mine = { ...base, ...changes };
  // The names of an object of this type.
  const fields = Object.keys(changes).filter((name) =>
    isField(name, base, current),
  ) as (keyof Changes & string)[];
  const choices = fields.map((name) => groups.find((group) => group.includes(name)) ?? [name]);
  const conflicting = choices.filter(
    (names) =>
      names.some((name) => fieldValue(current, name) !== fieldValue(base, name)) &&
      names.some((name) => fieldValue(current, name) !== fieldValue(mine, name)),
  );
  return [...new Set(conflicting.flat())];
}

/** A reason or an origin is sent with the changes but isn't a field of the record. */
function isField(name: string, base: Versioned, current: Versioned): boolean {
  return [base, current].some((record) => record !== null && name in record);
}

/** Absent and null both mean "not set". */
function fieldValue(record: object | null, name: string): unknown {
  const values: Readonly<Record<string, unknown>> = { ...record };
  return values[name] ?? null;
}

/** Changes name fields of the record. */
function fieldsOf<Changes extends object>(record: object | null): FieldsOf<Changes> {
  return { ...record } as FieldsOf<Changes>;
}
