import "server-only";
import { WireError } from "./provider";

/** At up to 1,000 models a page far more than any provider has. */
const MOST_PAGES = 50;

/**
 * All pages of a provider's list, from the first on.
 * @throws WireError `endless` after 50 pages: a cursor that leads in a circle
 */
export async function allPages<Page>(
  first: Page,
  next: (page: Page) => Promise<Page | null>,
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let page: Page | null = first; page !== null; page = await next(page)) {
    if (pages.length === MOST_PAGES) throw new WireError({ kind: "endless" });
    pages.push(page);
  }
  return pages;
}

/** An ISO time of what providers write as seconds or as text; null for none and for the epoch. */
export function listedTime(value: number | string | null | undefined): string | null {
  const time = new Date(typeof value === "number" ? value * 1000 : (value ?? 0)).getTime();
  return Number.isNaN(time) || time <= 0 ? null : new Date(time).toISOString();
}
