"""
Every number of the measurement: unit, default and source, declared once.

Help texts, the README's table and the stored hash derive from these records. Times and
distances are physical: never frames, never units of the clip's own spread.
"""

from spasm_video.params.analysis import AnalysisParams, params_hash, table, timeline_table
from spasm_video.params.declaration import ParamRow
from spasm_video.params.events import BlinkParams, EventParams
from spasm_video.params.files import load_params, load_timeline_params
from spasm_video.params.limits import CalmParams, LimitParams
from spasm_video.params.measure import MeasureParams
from spasm_video.params.movement import MovementParams, QualityParams
from spasm_video.params.observe import ObserveParams
from spasm_video.params.summary import SummaryParams
from spasm_video.params.timeline import TimelineParams

__all__ = [
    "AnalysisParams",
    "BlinkParams",
    "CalmParams",
    "EventParams",
    "LimitParams",
    "MeasureParams",
    "MovementParams",
    "ObserveParams",
    "ParamRow",
    "QualityParams",
    "SummaryParams",
    "TimelineParams",
    "load_params",
    "load_timeline_params",
    "params_hash",
    "table",
    "timeline_table",
]
