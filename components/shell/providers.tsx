"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ThemeProvider } from "next-themes";
import { type ReactNode, useState } from "react";
import { Toaster } from "@/components/ui/overlay/toast";
import { ApiError } from "@/lib/api/client";

const maxRetries = 2;

/** Retries only lost connections and server errors, because a refusal would be repeated. */
function shouldRetry(failures: number, error: Error): boolean {
  const refused = error instanceof ApiError && error.problem.status < 500;
  return !refused && failures < maxRetries;
}

function makeQueryClient() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: shouldRetry,
        // The server may be local, so ignore the browser's offline state.
        networkMode: "always",
      },
      // Never retry writes; the first one may have succeeded.
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

/** Data, theme and messages of every page. */
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
