// What is loaded when it is looked at.
import type { ComponentType } from 'preact'
import { VIEWS, type ViewPath } from '../views/views.ts'
import { lazyPart } from './lazyPart.tsx'

export const BurnUp = lazyPart(() => import('../tiers/BurnUp.tsx').then(each => each.BurnUp), 'ghost-chart')
export const Kiosk = lazyPart(() => import('./Kiosk.tsx').then(each => each.Kiosk), 'ghost-view')
export const Help = lazyPart(() => import('./Help.tsx').then(each => each.Help), 'unseen')
export const Gates = lazyPart(() => import('../session/Gates.tsx').then(each => each.Gates), 'unseen')
export const FirstRun = lazyPart(() => import('../status/FirstRun.tsx').then(each => each.FirstRun), 'ghost-lines')

export const VIEW_PARTS = Object.fromEntries(
  VIEWS.map(({ path, load }) => [path, lazyPart<object>(load, 'ghost-view')]),
) as Record<ViewPath, ComponentType<object>>
