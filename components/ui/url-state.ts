"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { createLoader, type inferParserType, type Nullable, type ParserMap } from "nuqs/server";
import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";

type Change<Parsers extends ParserMap> = Partial<Nullable<inferParserType<Parsers>>>;
type HistoryMethod = "push" | "replace";
type Texts = ReadonlyMap<string, string | null>;

/** Browsers allow about 100 changes of the URL in 30 seconds. */
const writeDelayMs = 50;

/** Changes on one page that the router doesn't know yet; `null` removes a parameter. */
let ahead: { path: string; texts: Texts } = { path: "", texts: new Map() };
const noChanges = ahead;
/** The written texts by name. The router may have an earlier text and write it back to the URL. */
const written = new Map<string, Set<string | null>>();
/** Set while a change waits to be written. */
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function setAhead(path: string, texts: Texts): void {
  ahead = texts.size > 0 ? { path, texts } : noChanges;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * State in the URL. nuqs parses and serializes the values. This code stores and writes them,
 * because nuqs's own hook can't flush before a click and adds 5 kB to every page.
 */
export function useUrlState<Parsers extends ParserMap>(parsers: Parsers) {
  const params = useSearchParams();
  const path = usePathname();
  const { path: aheadPath, texts } = useSyncExternalStore(
    subscribe,
    () => ahead,
    () => noChanges,
  );
  // The external system is the router: changes that it knows are no longer ahead of it.
  useEffect(() => settle(params), [params]);

  const current = new URLSearchParams();
  for (const name of Object.keys(parsers)) {
    const text = aheadPath === path && texts.has(name) ? texts.get(name) : params.get(name);
    if (typeof text === "string") current.set(name, text);
  }
  const search = current.toString();
  const values = useMemo(
    () => createLoader(parsers)(new URLSearchParams(search)),
    [parsers, search],
  );
  const setState = useCallback(
    /** A value of `null` removes a parameter from the URL; a change of `null` removes all of them. */
    (change: Change<Parsers> | null, { history = "replace" }: { history?: HistoryMethod } = {}) => {
      scheduleWrite(toTexts(parsers, change));
      if (history === "push") flush("push");
    },
    [parsers],
  );
  return [values, setState] as const;
}

/** The URL texts for a change. Default values are left out. */
function toTexts<Parsers extends ParserMap>(parsers: Parsers, change: Change<Parsers> | null) {
  return Object.entries(parsers).flatMap(([name, parser]): [string, string | null][] => {
    const value = change === null ? null : change[name];
    if (value === undefined) return [];
    const isDefault =
      value === null ||
      (parser.defaultValue !== undefined && parser.eq(value, parser.defaultValue));
    return [[name, isDefault ? null : String(parser.serialize(value))]];
  });
}

function scheduleWrite(texts: Iterable<[string, string | null]>): void {
  const path = window.location.pathname;
  if (ahead.path !== path) written.clear();
  setAhead(path, new Map([...(ahead.path === path ? ahead.texts : []), ...texts]));
  clearTimeout(timer);
  timer = setTimeout(flush, writeDelayMs);
  // Flush before clicks; a later replaceState cancels the navigation.
  document.addEventListener("click", flushBeforeClick, { capture: true, once: true });
  // Back and Forward restore an earlier URL.
  window.addEventListener("popstate", discard, { once: true });
}

function flushBeforeClick(): void {
  flush();
}

function stopWaiting(): void {
  clearTimeout(timer);
  timer = undefined;
}

function discard(): void {
  stopWaiting();
  written.clear();
  setAhead("", new Map());
}

function flush(history: HistoryMethod = "replace"): void {
  if (timer === undefined) return;
  stopWaiting();
  const { pathname, search, hash } = window.location;
  if (pathname !== ahead.path) {
    discard(); // The user has left the page.
    return;
  }
  const query = new URLSearchParams(search);
  for (const [name, text] of ahead.texts) {
    if (text === null) query.delete(name);
    else query.set(name, text);
    written.set(name, (written.get(name) ?? new Set()).add(text));
  }
  const address = `${pathname}${query.size > 0 ? `?${query}` : ""}${hash}`;
  if (history === "push") window.history.pushState(null, "", address);
  else window.history.replaceState(null, "", address);
}

/** Drops changes that the router knows, and changes that something else has replaced in the URL. */
function settle(params: Pick<URLSearchParams, "get">): void {
  const address = new URLSearchParams(window.location.search);
  const isWaiting = timer !== undefined;
  const left = [...ahead.texts].filter(([name, text]) => {
    const routed = params.get(name);
    const isOwnWrite = address.get(name) === text || written.get(name)?.has(routed);
    const isAhead = routed !== text && (isWaiting || isOwnWrite);
    if (!isAhead) written.delete(name);
    return isAhead;
  });
  if (left.length < ahead.texts.size) setAhead(ahead.path, new Map(left));
}
