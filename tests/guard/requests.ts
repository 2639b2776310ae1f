import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { adminToken, type Console, signIn, viewerToken } from "./console";
import type { Normaliser } from "./normalise";
import { differences, type Snapshot, type StoredData } from "./stored-data";

export type Json = Record<string, unknown>;

export type Sent = {
  path: string;
  /** Sent as JSON; strings are sent unchanged. */
  body?: unknown;
  headers?: Record<string, string>;
};

export type Answer = { status: number; headers: Headers; text: string; body: Json };

type Person = "nobody" | "viewer" | "viewer's token" | "admin" | "admin's token";

/** Headers whose values are recorded. */
const recordedHeaders =
  /^(content-type|content-disposition|cache-control|location|www-authenticate|retry-after|content-security-policy|strict-transport-security|referrer-policy|permissions-policy|cross-origin-.*|vary|allow|x-.*)$/;

function headersOf(headers: Headers): string[] {
  return [...headers]
    .filter(([name]) => recordedHeaders.test(name))
    .map(([name, value]) => `${name}: ${value}`)
    .concat(
      headers.has("etag") ? ["etag: present"] : [],
      headers.has("set-cookie") ? ["set-cookie: present"] : [],
    )
    .sort();
}

/** The events of a stream, with consecutive deltas joined. */
function readStream(text: string): unknown[] {
  const events: { event: string; data: Json }[] = [];
  for (const block of text.split("\n\n").filter((each) => each.trim() !== "")) {
    const event = /^event: (.*)$/m.exec(block)?.[1] ?? "";
    const data: Json = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? "{}");
    const last = events.at(-1);
    if (event === "delta" && last?.event === "delta")
      last.data.text = `${last.data.text}${data.text}`;
    else events.push({ event, data });
  }
  return events;
}

type Event = {
  at: string;
  action: string;
  request_id: string | null;
  entity: { kind: string; id: string };
};

/**
 * Events of one request are written together, so their order is random. They
 * are sorted by name, and left out where a page ends or begins among them.
 */
function inOrder(body: Json, path: string): Json {
  if (!Array.isArray(body.events)) return body;
  // The API's own shape (GET /api/activity): newest first.
  const events = body.events as Event[];
  const requests = events.map(({ request_id }) => request_id);
  const nameOf = ({ entity, action }: Event) => `${entity.kind} ${entity.id} ${action}`;
  const sorted = events.toSorted(
    (a, b) =>
      requests.indexOf(a.request_id) - requests.indexOf(b.request_id) ||
      nameOf(a).localeCompare(nameOf(b)),
  );
  const first = path.includes("cursor=") ? requests[0] : undefined;
  const last = body.cursor ? requests.at(-1) : undefined;
  return {
    ...body,
    events: sorted.filter(({ request_id }) => request_id !== first && request_id !== last),
  };
}

const isReading = (method: string) => method === "GET" || method === "HEAD";

/** Sends requests as several people and records the answers and the stored changes. */
export class RequestRecorder {
  readonly #console: Console;
  readonly #data: StoredData;
  readonly #newNormaliser: () => Normaliser;
  readonly #pages = new Map<string, { lines: string[]; normaliser: Normaliser }>();
  readonly #refused: { route: string; title: string; sent: Sent }[] = [];
  #people = new Map<Person, Record<string, string>>();
  #stored: Snapshot = new Map();
  readonly failures: string[] = [];

  constructor(console: Console, data: StoredData, newNormaliser: () => Normaliser) {
    this.#console = console;
    this.#data = data;
    this.#newNormaliser = newNormaliser;
  }

  async start(): Promise<void> {
    const { url } = this.#console;
    this.#people = new Map<Person, Record<string, string>>([
      ["nobody", {}],
      ["viewer", { cookie: await signIn(url, viewerToken) }],
      ["admin", { cookie: await signIn(url, adminToken) }],
    ]);
    for (const role of ["viewer", "admin"] as const) {
      const draft = { name: `guard-${role}`, role, expires_in_days: 1 };
      const { body } = await this.send("admin", "POST", { path: "/api/tokens", body: draft });
      this.#people.set(`${role}'s token`, { authorization: `Bearer ${body.token}` });
    }
    this.#stored = await this.#data.snapshot();
  }

  async send(person: Person, method: string, { path, body, headers }: Sent): Promise<Answer> {
    const answer = await fetch(`${this.#console.url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...this.#people.get(person),
        ...headers,
      },
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    const isJson = /[/+]json\b/.test(answer.headers.get("content-type") ?? "");
    // Every JSON answer of the API is an object.
    const parsed = (isJson && text !== "" ? JSON.parse(text) : {}) as Json;
    return { status: answer.status, headers: answer.headers, text, body: parsed };
  }

  #page(route: string) {
    const page = this.#pages.get(route) ?? { lines: [], normaliser: this.#newNormaliser() };
    this.#pages.set(route, page);
    return page;
  }

  #describe(normaliser: Normaliser, path: string, answer: Answer): string {
    const { status, headers, text, body } = answer;
    const type = headers.get("content-type") ?? "";
    const etag = headers.get("etag")?.replaceAll('"', "");
    if (etag) normaliser.learn("etag", etag);
    const content = type.includes("event-stream")
      ? normaliser.json(readStream(text))
      : type.includes("json")
        ? normaliser.json(inOrder(body, path))
        : normaliser.text(text);
    return [`${status}`, ...headersOf(headers).map((line) => normaliser.text(line)), content].join(
      "\n",
    );
  }

  #write(route: string, title: string, sent: Sent, answers: [Person, Answer][]): void {
    const [method] = route.split(" ");
    const { lines, normaliser } = this.#page(route);
    lines.push(`## ${title}`, normaliser.text(`${method} ${sent.path}`));
    if (sent.headers) lines.push(`headers ${normaliser.json(sent.headers)}`);
    if (sent.body !== undefined) {
      lines.push(
        typeof sent.body === "string" ? normaliser.text(sent.body) : normaliser.json(sent.body),
      );
    }
    const seen = new Map<string, Person>();
    for (const [person, answer] of answers) {
      // Request IDs differ between answers that are otherwise equal.
      const described = this.#describe(normaliser, sent.path, answer).replace(
        /<uuid \d+>/g,
        (id) =>
          answer.headers.get("x-request-id") &&
          id === normaliser.text(answer.headers.get("x-request-id") ?? "")
            ? "<request id>"
            : id,
      );
      const same = seen.get(described);
      lines.push(same ? `# ${person}: as ${same}` : `# ${person}: ${described}`);
      if (!same) seen.set(described, person);
    }
  }

  /**
   * A request of a route such as `PATCH /api/models/[provider]/[modelId]`. Everybody reads; only the
   * admin writes; `recordRefusals` tries the others at the end.
   * @returns the admin's answer
   */
  async request(route: string, title: string, sent: Sent): Promise<Answer> {
    const [method = ""] = route.split(" ");
    const people: Person[] = isReading(method)
      ? ["nobody", "viewer", "viewer's token", "admin", "admin's token"]
      : ["admin"];
    const answers: [Person, Answer][] = [];
    for (const person of people) answers.push([person, await this.send(person, method, sent)]);
    this.#write(route, title, sent, answers);
    const [, answer] = answers.find(([person]) => person === "admin") ?? [];
    if (!answer) throw new Error(`Nobody asked for ${route}.`);
    if (answer.status >= 500 && answer.status !== 502)
      this.failures.push(`${route}, ${title}: ${answer.status}`);
    if (!isReading(method)) {
      this.#refused.push({ route, title, sent });
      await this.#writeStored(route);
    }
    return answer;
  }

  async #writeStored(route: string): Promise<void> {
    // Some rows are written shortly after the answer.
    await delay(60);
    const now = await this.#data.snapshot();
    const { lines, normaliser } = this.#page(route);
    const changed = differences(this.#stored, now);
    this.#stored = now;
    lines.push(changed.length > 0 ? "# stored" : "# nothing stored");
    const token = changed.find(({ after }) =>
      `${JSON.stringify(after)}`.includes("bedrock-api-key-"),
    );
    if (token) normaliser.learn("end of the token", JSON.stringify(token.after).slice(-6, -2));
    for (const { name, before, after } of changed) {
      lines.push(normaliser.text(name), normaliser.json({ before, after }));
    }
  }

  /** Repeats every write as people who may not write. */
  async recordRefusals(): Promise<void> {
    for (const { route, title, sent } of this.#refused) {
      const [method = ""] = route.split(" ");
      const answers: [Person, Answer][] = [];
      for (const person of ["nobody", "viewer", "viewer's token"] as const) {
        answers.push([person, await this.send(person, method, sent)]);
      }
      const foreign = { ...sent, headers: { ...sent.headers, origin: "https://evil.example" } };
      answers.push(["admin", await this.send("admin", method, foreign)]);
      this.#write(route, `refused: ${title}`, sent, answers);
    }
  }

  /** Writes one file per route, and a list of the routes that weren't requested. */
  async save(folder: string, routes: string[]): Promise<void> {
    await mkdir(folder, { recursive: true });
    for (const [route, { lines }] of this.#pages) {
      const name = `${route.replace(/[^\w[\].-]+/g, "_")}.txt`;
      await writeFile(join(folder, name), `${lines.join("\n")}\n`);
    }
    const missing = routes.filter((route) => !this.#pages.has(route));
    await writeFile(join(folder, "routes.txt"), `${routes.join("\n")}\n`);
    await writeFile(
      join(folder, "not-requested.txt"),
      missing.map((route) => `${route}\n`).join(""),
    );
  }
}
