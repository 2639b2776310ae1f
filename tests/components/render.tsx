import "@/app/globals.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import axe from "axe-core";
import { AppRouterContext } from "next/dist/shared/lib/app-router-context.shared-runtime";
import {
  PathnameContext,
  SearchParamsContext,
} from "next/dist/shared/lib/hooks-client-context.shared-runtime";
import type { ReactNode } from "react";
import { expect } from "vitest";
import { render } from "vitest-browser-react";

const router = {
  push: () => undefined,
  replace: () => undefined,
  prefetch: () => undefined,
  back: () => undefined,
  forward: () => undefined,
  refresh: () => undefined,
} as never; // Components use only these members of the router.

/** Renders inside the providers of every page: router, URL, queries, styles. */
export async function show(element: ReactNode, search = "") {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <AppRouterContext value={router}>
      <PathnameContext value={window.location.pathname}>
        <SearchParamsContext value={new URLSearchParams(search)}>
          <QueryClientProvider client={queries}>
            <main>{element}</main>
          </QueryClientProvider>
        </SearchParamsContext>
      </PathnameContext>
    </AppRouterContext>,
  );
}

const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Expects no WCAG 2.2 AA violations from axe, in light and dark mode. */
export async function expectAccessible(): Promise<void> {
  for (const theme of ["light", "dark"]) {
    document.documentElement.dataset.theme = theme;
    const { violations } = await axe.run(document.body, {
      runOnly: wcag,
      resultTypes: ["violations"],
    });
    const found = violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
    expect(found, theme).toEqual([]);
  }
  delete document.documentElement.dataset.theme;
}
