import type { ReactNode } from "react";
import { Brand } from "./brand";

export type AuthCardProps = { title: string; subtitle?: ReactNode; children: ReactNode };

/** The single card of a page outside the console. */
export function AuthCard({ title, subtitle, children }: AuthCardProps) {
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-85 rounded-lg border border-line bg-panel px-6 py-6">
        <Brand />
        <h1 className="mt-5 text-xl font-semibold tracking-[-0.012em]">{title}</h1>
        {subtitle && <p className="mt-0.5 text-ink-3">{subtitle}</p>}
        <div className="mt-5">{children}</div>
      </div>
    </main>
  );
}
