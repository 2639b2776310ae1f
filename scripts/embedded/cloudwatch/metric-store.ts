import { createHash } from "node:crypto";
import type { DynaliteStore, LevelOperation } from "../dynamodb/dynalite-types";
import { writeBatch } from "../dynamodb/level-store";

const metricPrefix = "switchboard~metric~";
const pointPrefix = "switchboard~datapoint~";
/** CloudWatch stores standard metrics by the minute; so does this store. */
export const resolutionSeconds = 60;

export interface Dimension {
  Name: string;
  Value: string;
}

export interface Metric {
  Namespace: string;
  MetricName: string;
  /** Sorted by name. */
  Dimensions: Dimension[];
}

/** The totals of a minute or a longer period of a metric. */
export interface Statistics {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** Values and how often each was sent; absent if a statistic set was. */
  values?: [value: number, count: number][];
}

export interface Point extends Statistics {
  /** Seconds since 1970. */
  at: number;
}

interface StoredMetric extends Metric {
  /** The time of its latest datapoint, in seconds since 1970. */
  last: number;
}

/** The metrics in LevelDB: a row per metric, also cached in memory, and a row per minute. */
export class MetricStore {
  readonly #store: DynaliteStore;
  readonly #metrics: Map<string, StoredMetric>;

  private constructor(store: DynaliteStore, metrics: Map<string, StoredMetric>) {
    this.#store = store;
    this.#metrics = metrics;
  }

  static async load(store: DynaliteStore): Promise<MetricStore> {
    const metrics = new Map<string, StoredMetric>();
    // Only `add` writes these rows.
    for await (const [key, value] of store.db.iterator(rangeOf(metricPrefix)))
      metrics.set(key.slice(metricPrefix.length), value as StoredMetric);
    return new MetricStore(store, metrics);
  }

  /** Every metric with the time of its latest datapoint, in a stable order. */
  all(): StoredMetric[] {
    return [...this.#metrics.entries()]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, metric]) => metric);
  }

  /** Adds points to their minutes, all or none. The caller must serialize writes. */
  async add(entries: { metric: Metric; point: Point }[]): Promise<void> {
    const points = new Map<string, Statistics>();
    const metrics = new Map<string, StoredMetric>();
    for (const { metric, point } of entries) {
      const id = idOf(metric);
      const existing = metrics.get(id) ?? this.#metrics.get(id);
      const last = Math.max(point.at, existing?.last ?? 0);
      metrics.set(id, { ...metric, last });
      const key = pointKey(id, Math.floor(point.at / resolutionSeconds) * resolutionSeconds);
      const stored = points.get(key) ?? (await this.#point(key));
      points.set(key, stored ? addStatistics(stored, point) : statisticsOf(point));
    }
    const operations: LevelOperation[] = [
      ...[...metrics].map(([id, value]) => ({
        type: "put" as const,
        key: metricPrefix + id,
        value,
      })),
      ...[...points].map(([key, value]) => ({ type: "put" as const, key, value })),
    ];
    await writeBatch(this.#store, operations, { sync: false });
    for (const [id, metric] of metrics) this.#metrics.set(id, metric);
  }

  /** The minutes of a metric from `start` to before `end` (seconds), oldest first. */
  async points(metric: Metric, start: number, end: number): Promise<Point[]> {
    const id = idOf(metric);
    if (!this.#metrics.has(id)) return [];
    const range = { gte: pointKey(id, start), lt: pointKey(id, end) };
    const points: Point[] = [];
    for await (const [key, value] of this.#store.db.iterator(range))
      points.push({ at: Number(key.slice(-10)), ...(value as Statistics) });
    return points;
  }

  async #point(key: string): Promise<Statistics | undefined> {
    for await (const [, value] of this.#store.db.iterator({ gte: key, lte: key }))
      return value as Statistics;
    return undefined;
  }
}

/** Sorts the dimensions: their order doesn't distinguish metrics. */
export function canonicalMetric({ Namespace, MetricName, Dimensions }: Metric): Metric {
  const byName = (left: Dimension, right: Dimension) => (left.Name < right.Name ? -1 : 1);
  return { Namespace, MetricName, Dimensions: Dimensions.toSorted(byName) };
}

/** The statistics of two periods together. */
export function addStatistics(left: Statistics, right: Statistics): Statistics {
  return {
    count: left.count + right.count,
    sum: left.sum + right.sum,
    minimum: Math.min(left.minimum, right.minimum),
    maximum: Math.max(left.maximum, right.maximum),
    ...joinedValues(left, right),
  };
}

function joinedValues(left: Statistics, right: Statistics): Pick<Statistics, "values"> {
  const [first, second] = [valuesOf(left), valuesOf(right)];
  if (!first || !second) return {};
  const counts = new Map(first);
  for (const [value, count] of second) counts.set(value, (counts.get(value) ?? 0) + count);
  const values = [...counts];
  return { values: values.length > maxValues ? rounded(values) : values };
}

/** If all values are equal, a statistic set contains all the information. */
export function valuesOf(point: Statistics): Statistics["values"] {
  if (point.values) return point.values;
  return point.minimum === point.maximum ? [[point.minimum, point.count]] : undefined;
}

/**
 * If there are more values, they are rounded to three digits; CloudWatch rounds to about one
 * percent.
 */
const maxValues = 500;

function rounded(values: [number, number][]): [number, number][] {
  const counts = new Map<number, number>();
  for (const [value, count] of values) {
    const nearest = Number(value.toPrecision(3));
    counts.set(nearest, (counts.get(nearest) ?? 0) + count);
  }
  return [...counts];
}

function statisticsOf({ at: _at, ...statistics }: Point): Statistics {
  return statistics;
}

function idOf(metric: Metric): string {
  const { Namespace, MetricName, Dimensions } = canonicalMetric(metric);
  const text = JSON.stringify([Namespace, MetricName, Dimensions.map((d) => [d.Name, d.Value])]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** Seconds are padded to ten digits, so that keys sort by time (until the year 2286). */
function pointKey(id: string, seconds: number): string {
  const clamped = Math.min(Math.max(Math.ceil(seconds), 0), 9_999_999_999);
  return `${pointPrefix}${id}~${String(clamped).padStart(10, "0")}`;
}

function rangeOf(prefix: string) {
  return { gt: prefix, lt: `${prefix}\xff` };
}
