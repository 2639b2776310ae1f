import "server-only";
import { TransportError } from "./provider";

/** With up to 1,000 models per page, far more than any provider has. */
const MAX_PAGES = 50;

/**
 * All pages of a provider's list.
 * @throws TransportError `endless` after 50 pages, because a cursor may loop
 */
export async function collectPages<Page>(
  first: Page,
  next: (page: Page) => Promise<Page | null>,
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let page: Page | null = first; page !== null; page = await next(page)) {
    if (pages.length === MAX_PAGES) throw new TransportError({ kind: "endless" });
    pages.push(page);
  }
  return pages;
}

/** Converts seconds or text to an ISO time; null for a missing value and for the epoch. */
export function parseListedTime(value: number | string | null | undefined): string | null {
  const time = new Date(typeof value === "number" ? value * 1000 : (value ?? 0)).getTime();
  return Number.isNaN(time) || time <= 0 ? null : new Date(time).toISOString();
}
