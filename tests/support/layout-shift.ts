import type { Page } from "@playwright/test";

/** What Core Web Vitals calls good is 0.1; here nothing that is being read or clicked may jump. */
export const maxLayoutShift = 0.02;

type Shift = { value: number; moved: string[] };

/** Not in TypeScript's DOM library. */
type LayoutShift = PerformanceEntry & {
  value: number;
  sources: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
};

/**
 * Records all layout shifts of a page's documents, also those right after input, which Core Web Vitals
 * leaves out. Call it before the first `goto`.
 */
export async function recordLayoutShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: Shift[] = [];
    Object.assign(window, { shifts });
    const describe = ({ node, previousRect, currentRect }: LayoutShift["sources"][number]) => {
      const element = node instanceof Element ? node : node?.parentElement;
      const name = element?.outerHTML.slice(0, 80) ?? "a removed element";
      return `${name}: y ${previousRect.y} to ${currentRect.y}, height ${previousRect.height} to ${currentRect.height}`;
    };
    new PerformanceObserver((list) => {
      // The observer asks for this type only.
      for (const { value, sources } of list.getEntries() as LayoutShift[]) {
        shifts.push({ value, moved: sources.map(describe) });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** The shifts since the page was opened or this was called last: their sum, and what moved. */
export async function takeLayoutShifts(page: Page): Promise<{ sum: number; moved: string[] }> {
  const shifts = await page.evaluate(async () => {
    // A frame to draw what came last, and one for the observer to hear of it.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    // Set by the script above.
    return (window as unknown as { shifts: Shift[] }).shifts.splice(0);
  });
  const sum = shifts.reduce((total, { value }) => total + value, 0);
  return { sum: Math.round(sum * 10_000) / 10_000, moved: shifts.flatMap(({ moved }) => moved) };
}
