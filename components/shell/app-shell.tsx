import type { ReactNode } from "react";
import { ProviderSymbols } from "@/components/providers/provider-symbols";
import { StatusMark } from "@/components/ui/text/status";
import { Account, type SignedInAs } from "./account";
import { CommandPalette } from "./palette/command-palette";
import { SessionGuard, type SessionGuardProps } from "./session-guard";
import { Sidebar } from "./sidebar";

export type AppShellProps = {
  environment: EnvironmentInfo;
  actor: SignedInAs;
  session: Pick<SessionGuardProps, "subject" | "renewal">;
  /** States of the entire console, such as "read-only": `Banner`s across the top. */
  banners?: ReactNode;
  children: ReactNode;
};

/** The navigation (at the left, or a bar on narrow screens) and the page. */
export function AppShell({ environment, actor, session, banners, children }: AppShellProps) {
  return (
    <CommandPalette canWrite={actor.role === "admin"}>
      <ProviderSymbols />
      <SessionGuard {...session} name={actor.name} />
      <div className="md:grid md:min-h-dvh md:grid-cols-[212px_minmax(0,1fr)]">
        <a
          href="#content"
          className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-panel focus:px-3 focus:py-2 focus:shadow-float"
        >
          Skip to the content
        </a>
        <Sidebar
          environment={`${environment.name} · ${environment.region}`}
          badge={<EnvironmentBadge {...environment} />}
          account={<Account {...actor} />}
        />
        <div className="min-w-0">
          {banners}
          <main id="content" tabIndex={-1} className="px-6 pt-5 pb-10 outline-none max-md:px-4">
            {children}
          </main>
        </div>
      </div>
    </CommandPalette>
  );
}

type EnvironmentInfo = {
  name: string;
  region: string;
  /** "Live AWS", or "Local stand-in, sample data". */
  label: string;
};

/** The environment that changes apply to. Always visible. */
function EnvironmentBadge({ name, region, label }: EnvironmentInfo) {
  return (
    <section
      aria-label="Environment"
      className="rounded-md border border-line bg-panel px-2.25 py-1.75 text-sm leading-4.25"
    >
      <p className="flex items-center gap-1.5">
        <StatusMark tone={label.startsWith("Live") ? "good" : "off"} />
        <span className="truncate font-semibold" title={name}>
          {name}
        </span>
        <span className="whitespace-nowrap text-ink-3">· {region}</span>
      </p>
      <p className="text-ink-3">{label}</p>
    </section>
  );
}
