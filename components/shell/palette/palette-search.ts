export const paletteGroups = [
  "Recent",
  "Pages",
  "Actions",
  "Models",
  "Agents",
  "API keys",
] as const;
export type PaletteGroup = (typeof paletteGroups)[number];

/** One searchable item. */
export type Findable = {
  id: string;
  group: PaletteGroup;
  /** Its names, such as display name and ID. */
  title: string;
  name: string | null;
  /** Other words that match the item, ranked lower. */
  more: string;
};

type Indexed<Item> = { item: Item; names: string[]; all: string };

/** How well a word matches, best first. */
const scores = { exact: 100, start: 60, wordStart: 40, substring: 20, more: 8, scattered: 2 };

/** Lower-cases the texts once, for many searches. */
export function indexed<Item extends Findable>(items: readonly Item[]): Indexed<Item>[] {
  return items.map((item) => {
    const names = [item.title, item.name ?? ""].map((text) => text.toLowerCase()).filter(Boolean);
    return { item, names, all: [...names, item.more.toLowerCase()].join("\n") };
  });
}

export type Found<Item> = { items: Item[]; total: number };

/**
 * The best items that contain every word of the query. A word whose letters are only scattered
 * across a name ranks last.
 */
export function search<Item extends Findable>(
  index: readonly Indexed<Item>[],
  query: string,
  maxResults: number,
): Found<Item> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return { items: [], total: 0 };
  const hits: { item: Item; score: number; length: number }[] = [];
  for (const entry of index) {
    const score = scoreOf(entry, words);
    if (score > 0) hits.push({ item: entry.item, score, length: entry.names[0]?.length ?? 0 });
  }
  // Of two equal matches, the shorter name comes first.
  hits.sort((a, b) => b.score - a.score || a.length - b.length);
  return { items: hits.slice(0, maxResults).map(({ item }) => item), total: hits.length };
}

function scoreOf<Item>(entry: Indexed<Item>, words: readonly string[]): number {
  let sum = 0;
  for (const word of words) {
    const score = wordScore(entry, word);
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

function wordScore<Item>({ names, all }: Indexed<Item>, word: string): number {
  if (!all.includes(word)) {
    return names.some((name) => isScattered(name, word)) ? scores.scattered : 0;
  }
  return Math.max(scores.more, ...names.map((name) => nameScore(name, word)));
}

function nameScore(name: string, word: string): number {
  const at = name.indexOf(word);
  if (at === -1) return 0;
  if (name === word) return scores.exact;
  if (at === 0) return scores.start;
  return /[a-z0-9]/.test(name[at - 1] ?? "") ? scores.substring : scores.wordStart;
}

/**
 * "gp4o" matches "gpt-4o": its letters in order. Requires three letters, because two match nearly
 * everything.
 */
function isScattered(name: string, word: string): boolean {
  if (word.length < 3) return false;
  let at = -1;
  for (const letter of word) {
    at = name.indexOf(letter, at + 1);
    if (at === -1) return false;
  }
  return true;
}
