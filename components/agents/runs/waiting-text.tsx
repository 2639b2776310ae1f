import { RelativeTime } from "@/components/ui/text/relative-time";
import type { Waiting } from "@/lib/runs/schema";

/** Who must answer a waiting run, and since when it has been waiting. */
export function WaitingText({ waiting: { tool, state, activity, since } }: { waiting: Waiting }) {
  return (
    <>
      <span className="font-medium text-ink">Waits for an approval</span> of{" "}
      <span className="font-mono text-sm">{tool ?? state}</span> since <RelativeTime at={since} />,
      {activity ? (
        <>
          {" "}
          from the workers of <span className="font-mono text-sm wrap-anywhere">{activity}</span>.
        </>
      ) : (
        " from whoever holds its task token."
      )}
    </>
  );
}
