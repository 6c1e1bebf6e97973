"""The house theme of the figures: quiet axes, visible limit lines, colours with at least 3:1 on white."""

import html

import plotly.graph_objects as go

from dashboards.wording import quoted

INK = "#17202a"
MUTED = "#56616d"
GRID = "#e4e8ec"
#: Okabe-Ito less orange, sky and yellow, which fail WCAG 1.4.11 on white (2.3:1, 2.3:1 and 1.3:1).
BLUE, VERMILLION, GREEN, PURPLE, GREY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#767676"
PALETTE = (BLUE, VERMILLION, GREEN, PURPLE, GREY, INK)
#: A hatch for each colour, so that no fill is told by its colour alone.
HATCHES = ("", "/", ".", "x", "-", "\\")
FONTS = 'Inter, "Segoe UI", "Helvetica Neue", Roboto, Arial, system-ui, sans-serif'


_AXIS = {
    "color": MUTED,
    "gridcolor": GRID,
    "linecolor": MUTED,
    "zeroline": False,
    "fixedrange": True,
    "automargin": True,
    "title": {"standoff": 12, "font": {"size": 13}},
}

HOUSE = go.layout.Template(
    layout={
        "font": {"family": FONTS, "size": 13, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 96, "t": 12, "b": 8},
        "colorway": list(PALETTE),
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": MUTED, "font": {"color": INK, "size": 13}, "align": "left"},
        # plotly's simple_white and ggplot2 set this to 0, and every limit line vanishes
        "shapedefaults": {"line": {"width": 1.5, "color": MUTED}},
        "dragmode": False,
        "xaxis": {**_AXIS, "showgrid": False, "ticks": "outside", "ticklen": 4},
        "yaxis": {**_AXIS, "showline": False},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0},
    }
)


def hatch(number: int, color: str) -> dict[str, object]:
    """The pattern of the fill with this number."""
    shape = HATCHES[number % len(HATCHES)]
    return {"shape": shape, "bgcolor": color, "fgcolor": "#ffffff", "fgopacity": 0.6, "size": 7, "solidity": 0.16}


def plain(text: str) -> str:
    """A name from the data as inert text: plotly reads a subset of HTML in titles, ticks, legends and hovers.

    Quotes stay as they are, since plotly would show `&quot;`.
    """
    return html.escape(quoted(text), quote=False)
