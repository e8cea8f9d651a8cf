import type * as v from 'valibot'
import type * as wire from '../../../wire.ts'
import * as alerts from './alerts.ts'
import * as brake from './brake.ts'
import * as history from './history.ts'
import { AlertKind, LimitCounts, Tier } from './parts.ts'
import * as problem from './problem.ts'
import * as status from './status.ts'
import * as usage from './usage.ts'
import * as who from './who.ts'

/** A schema for each type of wire.ts, by its name. Nothing of them is in the Worker: they make the document. */
export const ANSWERS = {
  Tier,
  AlertKind,
  LimitCounts,
  ...brake,
  ...usage,
  ...who,
  ...history,
  ...alerts,
  ...status,
  ...problem,
}

export type AnswerName = keyof typeof ANSWERS

interface Wire {
  Tier: wire.Tier
  AlertKind: wire.AlertKind
  LimitCounts: wire.LimitCounts
  ForecastState: wire.ForecastState
  Forecast: wire.Forecast
  ForecastView: wire.ForecastView
  TierUsage: wire.TierUsage
  ModelUsage: wire.ModelUsage
  UsageView: wire.UsageView
  ModelsView: wire.ModelsView
  HeadroomView: wire.HeadroomView
  BreakdownBy: wire.BreakdownBy
  BreakdownRow: wire.BreakdownRow
  BreakdownView: wire.BreakdownView
  RowHoursBy: wire.RowHoursBy
  RowHour: wire.RowHour
  RowHoursView: wire.RowHoursView
  CostsBy: wire.CostsBy
  CostsRow: wire.CostsRow
  CostsView: wire.CostsView
  SnapshotPoint: wire.SnapshotPoint
  HourPoint: wire.HourPoint
  DayPoint: wire.DayPoint
  HistoryView: wire.HistoryView<wire.DayPoint | wire.HourPoint | wire.SnapshotPoint>
  HistoryEntry: wire.HistoryEntry
  HistoryPage: wire.HistoryPage
  DeliveryState: wire.DeliveryState
  ChannelKind: wire.ChannelKind
  DeliveryView: wire.DeliveryView
  AlertView: wire.AlertView
  AlertsView: wire.AlertsView
  ChannelView: wire.ChannelView
  ReceiverView: wire.ReceiverView
  ReceiversView: wire.ReceiversView
  ReceiverTestView: wire.ReceiverTestView
  BrakeMode: wire.BrakeMode
  BrakeTierView: wire.BrakeTierView
  BrakeProjectView: wire.BrakeProjectView
  BrakeView: wire.BrakeView
  BrakeActionView: wire.BrakeActionView
  PollView: wire.PollView
  ReconcileTier: wire.ReconcileTier
  ReconcileView: wire.ReconcileView
  TrackerState: wire.TrackerState
  StatusError: wire.StatusError
  ConfigProblem: wire.ConfigProblem
  ReadView: wire.ReadView
  StatusView: wire.StatusView
  LiveFrame: wire.LiveFrame
  SessionView: wire.SessionView
  Problem: wire.Problem
}

/** Interfaces, intersections and readonly written out alike, so that only what JSON shows is compared. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Plain<T[Key]> }
    : T
type IsSame<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** The names whose schema and type are not one and the same. */
type Parted = {
  [Name in AnswerName | keyof Wire]: Name extends AnswerName & keyof Wire
    ? IsSame<Plain<v.InferOutput<(typeof ANSWERS)[Name]>>, Plain<Wire[Name]>> extends true
      ? never
      : Name
    : Name
}[AnswerName | keyof Wire]

type None<Names extends never> = Names
/** Does not compile while a schema and its type in wire.ts differ; the error names which. */
export type SchemasAreTheTypes = None<Parted>
