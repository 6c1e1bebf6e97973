-- drivers_add_up | table: mart/north_star_drivers | when: published | severity: error | why: a driver that is lost or counted twice explains a movement that was another
with effects as (
    select week, previous_week, dimension, sum(mix_effect + handled_effect + nps_effect) as effect
    from mart.north_star_drivers where dimension <> 'all' group by all
)
select effects.week, effects.dimension, effect, now.observed_value - earlier.observed_value as change
from effects
join mart.kpi_week now on now.week = effects.week
    and now.metric = 'north_star' and now.dimension = 'all'
join mart.kpi_week earlier on earlier.week = effects.previous_week
    and earlier.metric = 'north_star' and earlier.dimension = 'all'
where abs(effect - (now.observed_value - earlier.observed_value)) > 1e-9
