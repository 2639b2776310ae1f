"use client";

import type { ReactNode } from "react";
import { Spinner } from "@/components/ui/spinner";
import { RelativeTime, useNow } from "@/components/ui/text/relative-time";
import { Status } from "@/components/ui/text/status";
import { keyExpiry } from "@/lib/keys/rules/expiry";
import { describeShape } from "@/lib/keys/rules/key-shape";
import type { ProviderKey, ProviderRecord } from "@/lib/keys/schema";
import { agentCount, describeKeyTest, formatKeyKind, keyState } from "./key-labels";
import { ClockTime, ExpiryTime } from "./key-times";
import type { KeyTest } from "./use-key-tests";

type Props = { provider: ProviderRecord; bedrockRegion: string; keyTest: KeyTest | null };

/** A key's state, last four characters, kind, agents and dates. */
export function KeyFacts({ provider, bedrockRegion, keyTest }: Props) {
  const { name, key, agents } = provider;
  const now = useNow();
  const state = keyState(provider, now);
  return (
    <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)_auto] gap-x-2 gap-y-0.5">
      <span className="font-medium">{name}</span>
      <Status tone={state.tone} className="justify-self-end">
        <span suppressHydrationWarning>
          {state.label}
          {state.until && (
            <>
              {" "}
              <RelativeTime at={state.until} style="short" />
            </>
          )}
        </span>
      </Status>
      <Value value={key} />
      <span className="justify-self-end text-ink-3">
        {provider.agents_unknown ? "agents not known" : agentCount(agents)}
      </span>
      <Times value={key} now={now} />
      {key.region !== null && key.region !== bedrockRegion && (
        <Line>
          <span className="text-warn">
            For {key.region} only; agents call Bedrock in {bedrockRegion}.
          </span>
        </Line>
      )}
      {key.looks_like && key.status !== "verified" && (
        <Line>
          <span className="text-warn">{describeShape(key.looks_like)}</span>
        </Line>
      )}
      {keyTest && <KeyTestLine keyTest={keyTest} name={name} />}
    </div>
  );
}

function Value({ value }: { value: ProviderKey }) {
  const kind = formatKeyKind(value);
  return (
    <span className="text-ink-3">
      {value.last_four && <span className="font-mono">…{value.last_four}</span>}
      {value.last_four && kind && " · "}
      <span className="whitespace-nowrap">{kind}</span>
    </span>
  );
}

/** Who saved it and when, when all agents will have it, and when it expires. */
function Times({ value, now }: { value: ProviderKey; now: number }) {
  const { updated_at, updated_by, effective_at } = value;
  const expiry = keyExpiry(value, now);
  const isSpreading = effective_at !== null && Date.parse(effective_at) > now;
  return (
    <>
      {updated_at && (
        <Line>
          {updated_by ? `by ${updated_by}, ` : "put in "}
          <RelativeTime at={updated_at} />
        </Line>
      )}
      {isSpreading && (
        <Line>
          Agents have it by <ClockTime at={effective_at} />
        </Line>
      )}
      {expiry && (
        <Line>
          <ExpiryTime at={expiry.at} mayEndEarlier={expiry.mayEndEarlier} />
        </Line>
      )}
    </>
  );
}

function KeyTestLine({ keyTest, name }: { keyTest: KeyTest; name: string }) {
  if (keyTest.at === "running") {
    return (
      <Line>
        <Spinner className="mr-1.5 inline-block" />
        Asking {name}…
      </Line>
    );
  }
  if (keyTest.at === "failed") {
    return <Line>Couldn't test the key: {keyTest.message}</Line>;
  }
  const { tone, title, detail } = describeKeyTest(keyTest.result, name);
  const colour = { good: "text-good", bad: "text-bad", warn: "text-warn", info: "" }[tone];
  return (
    <Line>
      <span className={colour}>{title}</span> {detail}
    </Line>
  );
}

function Line({ children }: { children: ReactNode }) {
  return <span className="col-span-2 wrap-anywhere text-ink-3">{children}</span>;
}
