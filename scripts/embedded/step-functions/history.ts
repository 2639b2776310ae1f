import type { JsonObject } from "../json";
import type { StepFunctionsStore, StoredEvent } from "./store";

/** The last event of a chain of states; a branch or iteration has its own. */
export interface Chain {
  last: number;
}

/** The events of one running execution, stored as they are recorded. */
export class History {
  readonly events: StoredEvent[];
  readonly #store: StepFunctionsStore;
  readonly #execution: string;
  readonly #clock: () => number;
  #stored = 0;
  #writing: Promise<void> = Promise.resolve();

  /** @param events those of the execution before it was redriven */
  constructor(
    store: StepFunctionsStore,
    execution: string,
    clock: () => number,
    events: readonly StoredEvent[] = [],
  ) {
    this.events = [...events];
    this.#stored = events.length;
    this.#store = store;
    this.#execution = execution;
    this.#clock = clock;
  }

  /** Appends an event to a chain and returns its id. */
  add(chain: Chain, type: string, details?: [member: string, value: JsonObject]): number {
    const id = this.events.length + 1;
    const event = { id, at: this.#clock(), type, previousEventId: chain.last };
    this.events.push(details ? { ...event, details } : event);
    chain.last = id;
    this.#writing = this.#writing.then(() => this.#saveNew());
    // `flush` reports it.
    this.#writing.catch(() => undefined);
    return id;
  }

  /** Waits until every event is stored. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #saveNew(): Promise<void> {
    const events = this.events.slice(this.#stored);
    if (events.length === 0) return;
    this.#stored = this.events.length;
    await this.#store.saveEvents(this.#execution, events);
  }
}

/** Payloads of events: `{input: "…", inputDetails: {truncated: false}}`. */
export function payload(name: "input" | "output", value: unknown): JsonObject {
  return { [name]: JSON.stringify(value), [`${name}Details`]: { truncated: false } };
}
