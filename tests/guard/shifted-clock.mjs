// Preloaded into the recorded console (NODE_OPTIONS): its clock starts at the same time in every
// recording, because sample usage, ages and expiry dates are relative to today.
const offset = Number(process.env.GUARD_CLOCK_OFFSET ?? 0);
const RealDate = Date;
const now = () => RealDate.now() + offset;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
});
