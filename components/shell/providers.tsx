"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ThemeProvider } from "next-themes";
import { type ReactNode, useState } from "react";
import { Toaster } from "@/components/ui/overlay/toast";
import { ApiError } from "@/lib/api/client";

const mostRetries = 2;

/** A refusal stays a refusal; only a lost connection and a failing server are worth another try. */
function worthAnotherTry(failures: number, error: Error): boolean {
  const refused = error instanceof ApiError && error.problem.status < 500;
  return !refused && failures < mostRetries;
}

function makeQueryClient() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: worthAnotherTry,
        // The console may run on this very machine: being offline says nothing about it.
        networkMode: "always",
      },
      // A write is never repeated by itself: whether the first one arrived is not known.
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

/** What every page needs in the browser: data, theme, messages. */
export function Providers({ nonce, children }: { nonce?: string; children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient);
  return (
    <ThemeProvider attribute="data-theme" disableTransitionOnChange nonce={nonce}>
      <QueryClientProvider client={queryClient}>
        {children}
        <Toaster />
      </QueryClientProvider>
    </ThemeProvider>
  );
}
