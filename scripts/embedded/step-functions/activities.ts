import { randomUUID } from "node:crypto";
import type { JsonObject } from "../json";
import { activityArn, assertArn, assertName } from "./arns";
import { activityDoesNotExist, invalidOutput, invalidToken } from "./errors";
import { StateFailure } from "./failure";
import type { Call } from "./integrations";
import { pageOf, type Requests, time } from "./requests";
import type { StepFunctionsStore } from "./store";

/** AWS answers a worker's poll after 60 seconds without a task. */
const pollMs = 60_000;

interface Task {
  token: string;
  activity: string;
  input: string;
  succeed(output: unknown): void;
  fail(failure: StateFailure): void;
}

/** Answers the tasks of activities that nobody created, such as a sample agent's approvals. */
export type SampleWorker = (arn: string, input: unknown) => Promise<unknown>;

/**
 * The tasks that wait for workers. The own workers of an activity created over the API answer its
 * tasks; the sample worker answers all others.
 */
export class Activities {
  readonly #store: StepFunctionsStore;
  readonly #region: string;
  readonly #sampleWorker: SampleWorker;
  readonly #tasks = new Map<string, Task>();
  /** Tasks that no worker has taken, oldest first. */
  #waiting: Task[] = [];
  readonly #polls = new Set<{ activity: string; give: (task: Task | null) => void }>();

  constructor(store: StepFunctionsStore, region: string, sampleWorker: SampleWorker) {
    this.#store = store;
    this.#region = region;
    this.#sampleWorker = sampleWorker;
  }

  /** Waits for a worker's answer. @throws StateFailure if the worker reports a failure */
  async run(activity: string, input: unknown, { signal }: Call): Promise<unknown> {
    if (!this.#store.activities.has(activity)) return this.#sampleWorker(activity, input);
    const token = randomUUID();
    try {
      return await new Promise<unknown>((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        const text = JSON.stringify(input);
        this.#offer({ token, activity, input: text, succeed: resolve, fail: reject });
      });
    } finally {
      this.#tasks.delete(token);
      this.#waiting = this.#waiting.filter((task) => task.token !== token);
    }
  }

  #offer(task: Task): void {
    this.#tasks.set(task.token, task);
    for (const poll of this.#polls)
      if (poll.activity === task.activity) {
        poll.give(task);
        return;
      }
    this.#waiting.push(task);
  }

  async create({ name }: Requests["CreateActivity"]): Promise<JsonObject> {
    const arn = activityArn(this.#region, assertName(name));
    const activity = this.#store.activities.get(arn) ?? { name, created_at: Date.now() };
    await this.#store.saveActivity(arn, activity);
    return { activityArn: arn, creationDate: time(activity.created_at) };
  }

  async delete({ activityArn: arn }: Requests["DeleteActivity"]): Promise<JsonObject> {
    await this.#store.removeActivity(assertArn(arn, "activity"));
    return {};
  }

  describe({ activityArn: arn }: Requests["DescribeActivity"]): JsonObject {
    const { name, created_at } = this.#find(arn);
    return { activityArn: arn, name, creationDate: time(created_at) };
  }

  list(request: Requests["ListActivities"]): JsonObject {
    const { page, ...token } = pageOf([...this.#store.activities.entries()], request);
    const activities = page.map(([arn, { name, created_at }]) => ({
      activityArn: arn,
      name,
      creationDate: time(created_at),
    }));
    return { activities, ...token };
  }

  #find(arn: string) {
    const activity = this.#store.activities.get(assertArn(arn, "activity"));
    if (!activity) throw activityDoesNotExist(arn);
    return activity;
  }

  /** The next task, or an empty reply after 60 seconds without one. */
  async getTask({ activityArn: arn }: Requests["GetActivityTask"]): Promise<JsonObject> {
    this.#find(arn);
    const index = this.#waiting.findIndex(({ activity }) => activity === arn);
    const [waiting] = index < 0 ? [] : this.#waiting.splice(index, 1);
    const task = waiting ?? (await this.#poll(arn));
    return task ? { taskToken: task.token, input: task.input } : { taskToken: null };
  }

  #poll(activity: string): Promise<Task | null> {
    return new Promise((resolve) => {
      const poll = {
        activity,
        give: (task: Task | null) => {
          clearTimeout(timer);
          this.#polls.delete(poll);
          resolve(task);
        },
      };
      const timer = setTimeout(() => poll.give(null), pollMs);
      this.#polls.add(poll);
    });
  }

  succeed({ taskToken, output }: Requests["SendTaskSuccess"]): JsonObject {
    const task = this.#task(taskToken);
    let value: unknown;
    try {
      value = JSON.parse(output);
    } catch {
      throw invalidOutput();
    }
    task.succeed(value);
    return {};
  }

  fail({ taskToken, error = "", cause }: Requests["SendTaskFailure"]): JsonObject {
    this.#task(taskToken).fail(new StateFailure(error, cause));
    return {};
  }

  heartbeat({ taskToken }: Requests["SendTaskHeartbeat"]): JsonObject {
    this.#task(taskToken);
    return {};
  }

  #task(token: string): Task {
    const task = this.#tasks.get(token);
    if (!task) throw invalidToken();
    return task;
  }

  /** Answers every open poll, so that the endpoint can stop. */
  close(): void {
    for (const poll of [...this.#polls]) poll.give(null);
  }
}
